"""Ends clients that are too slow: a request or an answer that goes in drops holds a connection for hours."""

import asyncio
import time

from fastapi.responses import JSONResponse

from rag_core_lib.request_id import AsgiApp, Message, Receive, Scope, Send, current_request_id
from rag_core_lib.wire.status import Problem

_LEAST_BYTES_PER_SECOND = 10_000
"""What a client has to be able to send and to take, besides the time that each has anyway."""


class _TooSlowError(OSError):
    """As if the connection had been lost, which is what Starlette understands."""


class ClientPatienceMiddleware:
    """Gives a client `seconds`, and 1 s for every 10 kB, to send a request, and as much to take each part of an answer.

    Who is too slow with a request is answered 408; with an answer, the connection is closed.
    """

    def __init__(self, app: AsgiApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _Call(scope, receive, send, self._seconds)
        try:
            await self._app(scope, call.receive, call.send)
        except Exception:
            # What the application makes of a lost connection is no error of ours.
            if not call.is_over:
                raise
        if call.is_over and not call.has_begun:
            await call.refuse()


class _Call:
    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._is_received = False
        self.is_over = False
        self.has_begun = False

    async def receive(self) -> Message:
        """Return the next part of the request; once it is whole, wait for its end without a limit."""
        if self.is_over:
            return {"type": "http.disconnect"}
        if self._is_received:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            self.is_over = True
            return {"type": "http.disconnect"}
        self._deadline += len(message.get("body", b"")) / _LEAST_BYTES_PER_SECOND
        self._is_received = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; of a client that was too slow with its request, nothing."""
        if self.is_over:
            if self.has_begun:
                raise _TooSlowError("the client is too slow")
            return
        self.has_begun = True
        allowed = self._seconds + len(message.get("body", b"")) / _LEAST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(allowed):
                await self._send(message)
        except TimeoutError:
            self.is_over = True
            raise _TooSlowError("the client is too slow") from None

    async def refuse(self) -> None:
        """Answer 408."""
        detail = f"the request did not arrive within {self._seconds:g} s and 1 s for each 10 kB of it"
        answer = JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), 408)
        answer.headers["Connection"] = "close"
        await answer(self._scope, self._receive, self._send)
