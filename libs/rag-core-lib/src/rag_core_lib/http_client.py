"""HTTP clients for calls between services: bounded in time, repeated where that is safe, carrying the request id."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

import httpx

from rag_core_lib.request_id import REQUEST_ID_HEADER, current_request_id
from rag_core_lib.settings import RetrySettings
from rag_core_lib.tracing import span, trace_headers

_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_NOT_PROCESSED = frozenset({429, 503, 529})
_PERHAPS_PROCESSED = frozenset({500, 502, 504})
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
"""uvicorn closes a connection after 5 idle seconds; ours are given up before, or a request meets the closing."""
_logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class RetryingTransport(httpx.AsyncBaseTransport):
    """Repeats an attempt that the other side did not process.

    Repeated are: a connection that could not be made and the answers 429, 503 and 529 (overloaded), whatever the
    method; lost connections, read timeouts and the answers 500, 502 and 504 for idempotent methods (RFC 9110, section
    9.2.2) and for requests that carry the extension `idempotent`.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, settings: RetrySettings, sleep: Sleep = asyncio.sleep) -> None:
        self._inner = inner
        self._settings = settings
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; raises the `httpx.TransportError` of the last attempt, or returns its answer."""
        await request.aread()
        with span(f"{request.method} {request.url.host}", "CLIENT") as step:
            step.set("server.address", request.url.host)
            step.set("url.path", request.url.path)
            request.headers.update(trace_headers())
            response = await self._send(request)
            step.set("http.response.status_code", response.status_code)
            if response.is_error:
                step.fail(f"answered {response.status_code}")
            return response

    async def _send(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(self._settings.retries):
            try:
                response = await self._inner.handle_async_request(request)
            except httpx.TransportError as error:
                if not _may_repeat_after(error, request):
                    raise
                cause, asked = type(error).__name__, None
            else:
                if not _may_repeat_answer(response.status_code, request):
                    return response
                cause, asked = str(response.status_code), _retry_after(response)
                await response.aclose()
            await self._pause(attempt, asked, request, cause)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections of the inner transport."""
        await self._inner.aclose()

    async def _pause(self, attempt: int, asked: float | None, request: httpx.Request, cause: str) -> None:
        computed = self._settings.backoff_seconds * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311 (jitter)
        seconds = min(computed if asked is None else asked, self._settings.backoff_limit_seconds)
        _logger.warning(
            "call repeated",
            extra={
                "host": request.url.host,
                "cause": cause,
                "attempt": attempt + 1,
                "pause_seconds": round(seconds, 3),
            },
        )
        await self._sleep(seconds)


def create_client(
    base_url: str,
    settings: RetrySettings,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Return a client for the service at `base_url`; the caller closes it.

    `transport` takes the place of the network, for tests.
    """
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=settings.timeout_seconds,
        transport=RetryingTransport(transport or httpx.AsyncHTTPTransport(limits=_LIMITS), settings),
        event_hooks={"request": [_add_request_id]},
    )


async def _add_request_id(request: httpx.Request) -> None:
    request_id = current_request_id()
    if request_id and REQUEST_ID_HEADER not in request.headers:
        request.headers[REQUEST_ID_HEADER] = request_id


def _may_repeat_after(error: httpx.TransportError, request: httpx.Request) -> bool:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    return isinstance(error, httpx.TimeoutException | httpx.NetworkError | httpx.RemoteProtocolError) and _idempotent(
        request
    )


def _may_repeat_answer(status: int, request: httpx.Request) -> bool:
    return status in _NOT_PROCESSED or (status in _PERHAPS_PROCESSED and _idempotent(request))


def _idempotent(request: httpx.Request) -> bool:
    return request.method in _IDEMPOTENT_METHODS or bool(request.extensions.get("idempotent"))


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of a `Retry-After` header (RFC 9110, section 10.2.3); its date form is left aside."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
