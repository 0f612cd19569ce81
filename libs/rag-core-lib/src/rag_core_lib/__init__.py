"""What the RAG services share: settings, logging, request ids, HTTP clients and wire models."""

__version__ = "0.1.0"
