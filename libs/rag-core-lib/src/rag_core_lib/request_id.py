"""Request ids: one id follows a request through all services and into every log line."""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

REQUEST_ID_HEADER = "X-Request-ID"

# The ASGI types of https://asgi.readthedocs.io/en/latest/specs/main.html, as loose as the specification leaves them.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

POLLED = "rag.polled"
"""Key of a scope whose path is asked for every few seconds."""

_HEADER_NAME = REQUEST_ID_HEADER.lower().encode("ascii")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIRST_ERROR = 400
_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_logger = logging.getLogger(__name__)


def current_request_id() -> str | None:
    """Return the id of the request being served, or None outside of one."""
    return _current.get()


class RequestIdMiddleware:
    """Takes over a caller's `X-Request-ID` or makes one, returns it in the response, and logs the request.

    What is polled and went well is logged at DEBUG: it would hide everything else.

    An id that is longer than 64 characters or holds anything but letters, digits, `.`, `_` and `-` is replaced: it
    would end up in logs and in calls to other services.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection; anything but HTTP passes through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _accepted_id(scope["headers"]) or uuid.uuid4().hex
        # Never reset: a server serves each request in a context of its own, and error handlers further out read it.
        _current.set(request_id)
        started = time.perf_counter()
        status = 500
        answered = started

        async def send_with_id(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (_HEADER_NAME, request_id.encode("ascii"))]
            await send(message)
            answered = time.perf_counter()

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            # Until the answer was sent; background tasks may go on for longer.
            milliseconds = round((answered - started) * 1000, 1)
            is_expected = scope.get(POLLED) and status < _FIRST_ERROR
            _logger.log(
                logging.DEBUG if is_expected else logging.INFO,
                "request served",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "milliseconds": milliseconds,
                },
            )


def _accepted_id(headers: list[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name.lower() == _HEADER_NAME:
            text = value.decode("latin-1")
            return text if _ACCEPTABLE.fullmatch(text) else None
    return None
