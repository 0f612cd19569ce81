"""The application that rag-backend serves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from rag_core_api.piece_store import PieceStore
from rag_core_api.qdrant_connection import QdrantConnection
from rag_core_api.routes import chat, information_pieces
from rag_core_api.settings import RagSettings
from rag_core_lib.service_app import create_service_app
from rag_core_lib.wire.status import VersionInfo


def create_app(about: VersionInfo, settings: RagSettings) -> FastAPI:
    """Return the application; Qdrant is opened by the first request that needs it."""
    connection = QdrantConnection(settings)

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        connection.close()

    app = create_service_app(about, "Indexes information pieces and answers questions about them", close_at_end)
    app.state.settings = settings
    app.state.piece_store = PieceStore(connection, settings.qdrant_collection)
    app.include_router(chat.router)
    app.include_router(information_pieces.router)
    return app
