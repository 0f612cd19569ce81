"""The RAG service that turns files into pieces of text."""

__version__ = "0.1.0"
