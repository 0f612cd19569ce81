"""Retrieval and answers as a FastAPI application: information pieces in Qdrant, found by BM25 and embeddings."""

__version__ = "0.1.0"
