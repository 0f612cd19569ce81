"""The application that admin-backend serves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from admin_api_lib.chunking import ChunkSize
from admin_api_lib.documents import Documents
from admin_api_lib.file_store import FileStore
from admin_api_lib.neighbours import DocumentExtractor, RagBackend
from admin_api_lib.routes import documents
from admin_api_lib.settings import AdminSettings
from admin_api_lib.status_store import StatusStore
from rag_core_lib.http_client import create_client
from rag_core_lib.service_app import create_service_app
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.status import VersionInfo

_FORM_BYTES = 10_000
"""What a form may have around its file."""


def create_app(
    about: VersionInfo,
    settings: AdminSettings,
    retries: RetrySettings,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Return the application; the state folder is opened by the first request that needs it.

    `transport` takes the place of the network to the other services, for tests.
    """
    patient = retries.model_copy(update={"timeout_seconds": settings.extraction_timeout_seconds})
    extractor = create_client(settings.document_extractor_url, patient, transport)
    backend = create_client(settings.rag_backend_url, retries, transport)

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await extractor.aclose()
        await backend.aclose()

    largest = settings.max_file_bytes + _FORM_BYTES
    app = create_service_app(about, "Takes documents in and keeps them indexed", close_at_end, largest)
    app.state.settings = settings
    app.state.documents = Documents(
        FileStore(settings.admin_state_path / "files"),
        StatusStore(settings.admin_state_path),
        DocumentExtractor(extractor),
        RagBackend(backend),
        ChunkSize(settings.piece_characters, settings.piece_overlap_characters),
    )
    app.include_router(documents.router)
    return app
