"""The RAG service that offers chat as tools of the Model Context Protocol."""

__version__ = "0.1.0"
