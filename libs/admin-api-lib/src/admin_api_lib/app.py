"""The application that admin-backend serves."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import partial

import httpx
from fastapi import FastAPI
from starlette.middleware import Middleware

from admin_api_lib.access import Access, AccessMiddleware, described_access
from admin_api_lib.chunking import ChunkSize
from admin_api_lib.documents import Documents
from admin_api_lib.indexing import Indexer, IndexingLimits
from admin_api_lib.lease import Lease, OnlyProcess, work_while_held
from admin_api_lib.neighbours import DocumentExtractor, RagBackend
from admin_api_lib.recrawl import Recrawl
from admin_api_lib.reindexing import Reindexer
from admin_api_lib.restoring import restored
from admin_api_lib.routes import documents as documents_routes
from admin_api_lib.routes import feedback as feedback_routes
from admin_api_lib.routes import index as index_routes
from admin_api_lib.routes import session as session_routes
from admin_api_lib.settings import AdminSettings
from admin_api_lib.stores import FeedbackStore, FileStore, StatusStore
from admin_api_lib.stores.aws_signature import Credentials
from admin_api_lib.stores.folder_files import FolderFiles
from admin_api_lib.stores.redis_feedback import RedisFeedback
from admin_api_lib.stores.redis_lease import RedisLease
from admin_api_lib.stores.redis_statuses import RedisStatuses
from admin_api_lib.stores.s3_files import S3Files
from admin_api_lib.stores.sqlite_feedback import SqliteFeedback
from admin_api_lib.stores.sqlite_statuses import SqliteStatuses
from rag_core_lib.http_client import create_client
from rag_core_lib.rate_limit import RateLimit
from rag_core_lib.readiness import add_readiness
from rag_core_lib.service_app import create_service_app, limit_clients
from rag_core_lib.settings import RetrySettings
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.status import VersionInfo

_FORM_BYTES = 10_000
"""What a form may have around its file."""


def create_app(
    about: VersionInfo,
    settings: AdminSettings,
    retries: RetrySettings,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Return the application; where nothing can be written it starts too, and what needs state is answered 503.

    `transport` takes the place of the network to the other services, for tests.
    """
    extractor = create_client(
        settings.document_extractor_url, _patient(retries, settings.extraction_timeout_seconds), transport
    )
    backend = create_client(settings.rag_backend_url, _patient(retries, settings.indexing_timeout_seconds), transport)
    extractor_calls, backend_calls = DocumentExtractor(extractor), RagBackend(backend)
    files = _files(settings)
    documents = Documents(files, _statuses(settings, files))
    feedback = _feedback(settings)
    access = Access(settings)
    lease = _lease(settings)

    @asynccontextmanager
    async def work(app: FastAPI) -> AsyncGenerator[None]:
        size = ChunkSize(settings.piece_characters, settings.piece_overlap_characters)
        limits = IndexingLimits(settings.indexing_concurrency, settings.indexing_attempts, settings.mending_seconds)
        app.state.indexer = Indexer(documents, extractor_calls, backend_calls, size, limits, lease)
        if access.scheme:
            with suppress(StateUnavailableError):
                # So that a token that has to be made is in the log before it is asked for.
                access.expected()
        app.state.reindexer = Reindexer(documents, backend_calls, app.state.indexer, settings.mending_seconds)
        recrawl = Recrawl(documents, app.state.indexer, settings.recrawl_hours)
        workers = (recrawl, app.state.reindexer, app.state.indexer)
        working = asyncio.create_task(work_while_held(lease, [worker.run_until_cancelled for worker in workers]))
        yield
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await extractor.aclose()
        await backend.aclose()
        for store in (documents.files, documents.statuses, feedback, lease):
            if isinstance(store, FolderFiles | S3Files | SqliteStatuses | RedisStatuses | RedisFeedback | RedisLease):
                await asyncio.to_thread(store.close)

    largest = settings.max_file_bytes + _FORM_BYTES
    app = create_service_app(about, "Takes documents in and keeps them indexed", work, largest, settings.allowed_hosts)
    limits = [
        RateLimit("uploads", "POST", re.compile(r"/upload_"), settings.uploads_per_minute),
        RateLimit("reports", "POST", re.compile(r"/feedback$"), settings.feedback_per_minute),
        RateLimit("tries to sign in", "POST", re.compile(r"/session$"), settings.sign_ins_per_minute),
    ]
    limit_clients(app, settings.slow_client_seconds, limits)
    # Inside of the middleware for request ids, so that a refusal has one too.
    app.user_middleware.append(Middleware(AccessMiddleware, access=access))
    app.state.metrics.polled.update({"/all_documents_status", "/index_status"})
    app.state.settings = settings
    app.state.access = access
    app.state.documents = documents
    app.state.feedback = feedback
    add_readiness(
        app,
        {
            "files": lambda: asyncio.to_thread(documents.files.check),
            "status": lambda: asyncio.to_thread(documents.statuses.check),
            "document-extractor": extractor_calls.check,
            "rag-backend": backend_calls.check,
        },
    )
    app.include_router(session_routes.router)
    app.include_router(documents_routes.router, dependencies=described_access(settings))
    app.include_router(feedback_routes.router)
    app.include_router(index_routes.router, dependencies=described_access(settings))
    return app


def _patient(retries: RetrySettings, seconds: float) -> RetrySettings:
    return retries.model_copy(update={"timeout_seconds": seconds})


def _files(settings: AdminSettings) -> FileStore:
    if not (settings.s3_url and settings.s3_access_key and settings.s3_secret_key):
        return FolderFiles(settings.admin_state_path / "files")
    credentials = Credentials(
        settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value(), settings.s3_region
    )
    return S3Files(settings.s3_url, settings.s3_bucket, credentials)


def _statuses(settings: AdminSettings, files: FileStore) -> StatusStore:
    if settings.redis_url:
        return RedisStatuses(settings.redis_url.get_secret_value(), settings.redis_key)
    restore = partial(restored, files) if isinstance(files, FolderFiles) else None
    return SqliteStatuses(settings.admin_state_path, restore)


def _feedback(settings: AdminSettings) -> FeedbackStore:
    if settings.redis_url:
        key = f"{settings.redis_key}:feedback"
        return RedisFeedback(settings.redis_url.get_secret_value(), key, settings.most_feedback)
    return SqliteFeedback(settings.admin_state_path, settings.most_feedback)


def _lease(settings: AdminSettings) -> Lease:
    if settings.redis_url:
        return RedisLease(settings.redis_url.get_secret_value(), settings.redis_key)
    return OnlyProcess()
