"""Text out of PDF, DOCX, HTML, Markdown, CSV and plain text files as a FastAPI application."""

__version__ = "0.1.0"
