"""The RAG service that indexes information pieces and answers questions about them."""

__version__ = "0.1.0"
