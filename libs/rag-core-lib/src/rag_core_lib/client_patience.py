"""Ends clients that are too slow with the body of a request: one that arrives in drops holds a connection for hours.

Headers, and what a client takes of an answer, are limited where they are seen: by `PatientProtocol`.
"""

import asyncio
import time

from fastapi.responses import JSONResponse

from rag_core_lib.request_id import AsgiApp, Message, Receive, Scope, Send, current_request_id
from rag_core_lib.settings import LEAST_BYTES_PER_SECOND
from rag_core_lib.wire.status import Problem


class ClientPatienceMiddleware:
    """Gives a client `seconds`, and 1 s for every 10 kB, to send a request. Who is too slow is answered 408."""

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
        self._deadline += len(message.get("body", b"")) / LEAST_BYTES_PER_SECOND
        self._is_received = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; of a client that was too slow, nothing new."""
        if self.is_over and not self.has_begun:
            return
        self.has_begun = True
        await self._send(message)

    async def refuse(self) -> None:
        """Answer 408."""
        detail = f"the request did not arrive within {self._seconds:g} s and 1 s for each 10 kB of it"
        answer = JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), 408)
        answer.headers["Connection"] = "close"
        await answer(self._scope, self._receive, self._send)
