"""The RAG service that takes documents in and keeps them indexed."""

__version__ = "0.1.0"
