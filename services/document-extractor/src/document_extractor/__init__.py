"""The RAG service that turns files and web pages into pieces of text."""

__version__ = "0.1.0"
