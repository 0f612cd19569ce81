"""A streamed answer whose source is closed as soon as nobody reads it."""

from starlette.responses import StreamingResponse

from rag_core_lib.request_id import Receive, Scope, Send


class ClosedStreamingResponse(StreamingResponse):
    """Closes its generator at its end, whatever ends it: left to the garbage collector, a model would go on writing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            close = getattr(self.body_iterator, "aclose", None)
            if close is not None:
                await close()
