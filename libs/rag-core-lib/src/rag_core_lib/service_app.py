"""What every FastAPI application of the RAG services has: request ids, `/healthz`, `/version`, errors in one form."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag_core_lib.allowed_hosts import AllowedHostsMiddleware
from rag_core_lib.request_id import REQUEST_ID_HEADER, RequestIdMiddleware, current_request_id
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.status import Health, Problem, VersionInfo

_SHOWN_PROBLEMS = 10
_logger = logging.getLogger(__name__)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class BackingServiceError(Exception):
    """Another service cannot be reached or failed; `str` of it may be shown to the caller."""


def create_service_app(
    about: VersionInfo,
    summary: str,
    lifespan: Lifespan,
    largest_request_bytes: int | None = None,
    allowed_hosts: Sequence[str] | None = None,
) -> FastAPI:
    """Return an application that serves `/healthz` and `/version` and awaits its routes.

    `StateUnavailableError` and `BackingServiceError` become 503 with their reason; any other exception becomes a 500
    that tells the caller nothing but the request id. A request over `largest_request_bytes` is answered 413 unread. A
    request that does not fit its model is answered 422 with the names of the fields, one by a host that is none of
    `allowed_hosts` 421.
    """
    app = FastAPI(
        title=about.name, summary=summary, version=about.version, lifespan=lifespan, max_body_size=largest_request_bytes
    )
    if allowed_hosts is not None:
        app.add_middleware(AllowedHostsMiddleware, allowed=allowed_hosts)
    app.add_middleware(RequestIdMiddleware)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_unfit)
    app.add_exception_handler(StateUnavailableError, _answer_unavailable)
    app.add_exception_handler(BackingServiceError, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_unexpected)

    @app.get("/healthz", tags=["status"])
    async def healthz() -> Health:
        """Tell that the process serves requests; backing services are not asked."""
        return Health()

    @app.get("/version", tags=["status"])
    async def version() -> VersionInfo:
        """Tell the versions of the service and of its local libraries."""
        return about

    return app


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), status)


async def _answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, OSError):
        # FastAPI calls any failure to receive a form the caller's; a missing temporary folder is ours.
        return _problem(503, f"cannot receive the request: {error.__cause__.strerror}")
    return _problem(error.status_code, error.detail)


async def _answer_unfit(_request: Request, error: Exception) -> JSONResponse:
    """Name every field that does not fit, once; what was sent is not repeated, it may be large or secret."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems: list[str] = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        reason = problem.get("ctx", {}).get("error", "") if problem["type"] == "json_invalid" else ""
        problems.append(f"{place}: {problem['msg']}" + (f" ({reason})" if reason else ""))
    shown = problems[:_SHOWN_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    return _problem(422, "; ".join(shown))


async def _answer_unavailable(_request: Request, error: Exception) -> JSONResponse:
    _logger.warning("unavailable", extra={"reason": str(error)})
    return _problem(503, str(error))


async def _answer_unexpected(_request: Request, error: Exception) -> JSONResponse:
    _logger.error("unexpected error", exc_info=error)
    answer = _problem(500, "internal error; the log holds more under the request id")
    # This answer is made outside of the middleware that adds the header to all others.
    answer.headers[REQUEST_ID_HEADER] = current_request_id() or ""
    return answer
