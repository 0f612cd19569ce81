"""Answer with the limit when a request is too large: the framework answers with two words of plain text."""

from fastapi.responses import JSONResponse

from rag_core_lib.request_id import AsgiApp, Message, Receive, Scope, Send, current_request_id
from rag_core_lib.wire.status import Problem


def too_large(most_bytes: int) -> str:
    """Return the message for requests of more than `most_bytes`."""
    return f"the request is over the limit of {most_bytes} bytes"


class BodyLimitAnswerMiddleware:
    """Puts an answer that names the limit, in bytes, in the place of the framework's 413."""

    def __init__(self, app: AsgiApp, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_replaced = False
        # What is handled where a route reads its request asks for it there.
        scope.setdefault("state", {})["largest_request_bytes"] = self._most_bytes

        async def replaced(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == 413 and _is_plain(message):
                is_replaced = True
                problem = Problem(detail=too_large(self._most_bytes), request_id=current_request_id())
                await JSONResponse(problem.model_dump(), 413)(scope, receive, send)
            elif not is_replaced:
                await send(message)

        await self._app(scope, receive, replaced)


def _is_plain(message: Message) -> bool:
    headers = {name.lower(): value for name, value in message.get("headers", [])}
    return headers.get(b"content-type", b"").startswith(b"text/plain")
