"""Document administration as a FastAPI application: stores uploads and keeps them indexed."""

__version__ = "0.1.0"
