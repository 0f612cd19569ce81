"""Text out of PDF, Office, EPUB, HTML, Markdown, CSV and text files, and of web pages, as a FastAPI application."""

__version__ = "0.1.0"
