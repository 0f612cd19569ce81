"""The application that document-extractor serves."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from extractor_api_lib.confluence import Confluence
from extractor_api_lib.errors import STATUS_OF
from extractor_api_lib.fetching import create_fetcher
from extractor_api_lib.ocr import problem_with
from extractor_api_lib.readiness import add_readiness
from extractor_api_lib.routes import router
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.sources import Sources
from extractor_api_lib.worker_pool import WorkerPool
from rag_core_lib.request_id import current_request_id
from rag_core_lib.service_app import create_service_app, limit_clients
from rag_core_lib.wire.status import Problem, VersionInfo

_logger = logging.getLogger(__name__)

_FORM_BYTES = 10_000
"""What a form may have around its file."""


def create_app(
    about: VersionInfo, settings: ExtractorSettings, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Return the application. It keeps no state; files over 1 MB pass through the system's temporary folder.

    `transport` takes the place of the web, for tests.
    """
    workers = WorkerPool(settings)
    if problem := problem_with(settings):
        _logger.warning("pages that are pictures cannot be read: %s", problem)
    fetcher = create_fetcher(settings, transport)
    confluence = Confluence(settings, transport)

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await fetcher.aclose()
        await confluence.aclose()
        workers.close()

    largest = settings.max_file_bytes + _FORM_BYTES
    app = create_service_app(about, "Turns files into pieces of text", close_at_end, largest, settings.allowed_hosts)
    limit_clients(app, settings.slow_client_seconds, [])
    app.state.workers = workers
    app.state.sources = Sources(fetcher, confluence, workers, settings)
    for kind in STATUS_OF:
        app.add_exception_handler(kind, _answer_extraction_error)
    app.include_router(router)
    add_readiness(app, workers, settings)

    return app


async def _answer_extraction_error(_request: Request, error: Exception) -> JSONResponse:
    problem = Problem(detail=str(error), request_id=current_request_id())
    return JSONResponse(problem.model_dump(), STATUS_OF[type(error)])
