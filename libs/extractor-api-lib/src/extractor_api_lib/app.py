"""The application that document-extractor serves."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from extractor_api_lib.allowed_hosts import AllowedHostsMiddleware
from extractor_api_lib.errors import (
    BrokenFileError,
    BusyError,
    OcrUnavailableError,
    SourceError,
    UnsupportedTypeError,
)
from extractor_api_lib.fetching import create_fetcher
from extractor_api_lib.models import Health, Problem, VersionInfo
from extractor_api_lib.ocr import problem_with
from extractor_api_lib.readiness import add_readiness
from extractor_api_lib.routes import router
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.sources import Sources
from extractor_api_lib.worker_pool import WorkerPool

_STATUS: dict[type[Exception], int] = {
    BrokenFileError: 422,
    BusyError: 503,
    OcrUnavailableError: 503,
    SourceError: 422,
    UnsupportedTypeError: 415,
}
_FORM_BYTES = 10_000
"""What a form may have around its file."""
_logger = logging.getLogger(__name__)


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

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await fetcher.aclose()
        workers.close()

    app = FastAPI(
        title=about.name,
        summary="Turns files into pieces of text",
        version=about.version,
        max_body_size=settings.max_file_bytes + _FORM_BYTES,
        lifespan=close_at_end,
    )
    app.add_middleware(AllowedHostsMiddleware, allowed=settings.allowed_hosts)
    app.state.workers = workers
    app.state.sources = Sources(fetcher, workers, settings)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_unexpected)
    for kind in _STATUS:
        app.add_exception_handler(kind, _answer_extraction_error)
    app.include_router(router)
    add_readiness(app, workers, settings)

    @app.get("/healthz", tags=["status"])
    async def healthz() -> Health:
        """Tell that the process serves requests."""
        return Health()

    @app.get("/version", tags=["status"])
    async def version() -> VersionInfo:
        """Tell the versions of the service and of its local libraries."""
        return about

    return app


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse(Problem(detail=detail).model_dump(), status)


async def _answer_extraction_error(_request: Request, error: Exception) -> JSONResponse:
    return _problem(_STATUS[type(error)], str(error))


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    causes = (f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())
    return _problem(422, "; ".join(causes))


async def _answer_unexpected(_request: Request, error: Exception) -> JSONResponse:
    _logger.error("unexpected error", exc_info=error)
    return _problem(500, "internal error; the log of document-extractor holds more")


async def _answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, OSError):
        # FastAPI calls any failure to receive a form the caller's; a missing temporary folder is ours.
        return _problem(503, f"cannot receive the file: {error.__cause__.strerror}")
    return _problem(error.status_code, error.detail)
