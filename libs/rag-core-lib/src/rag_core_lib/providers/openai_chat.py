"""Chat by an OpenAI-compatible endpoint, streamed."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import asdict

import httpx
from pydantic import BaseModel, ValidationError

from rag_core_lib.providers.interfaces import ChatDelta, PromptMessage
from rag_core_lib.providers.openai_endpoint import OpenAiEndpoint
from rag_core_lib.providers.settings import ChatModelSettings
from rag_core_lib.settings import RetrySettings

_DATA = b"data:"
_DONE = b"[DONE]"


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """One event; some endpoints send events without choices, for usage or while a filter runs."""

    choices: list[_Choice] = []
    error: object = None


class OpenAiChat:
    """A `ChatProvider` by `POST /chat/completions` with `stream: true`."""

    def __init__(
        self, settings: ChatModelSettings, retries: RetrySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._settings = settings
        self._endpoint = OpenAiEndpoint("chat", settings, retries, transport)

    async def stream(self, messages: Sequence[PromptMessage]) -> AsyncGenerator[ChatDelta]:
        """Yield the answer as it comes in; raises `BackingServiceError`, also when it ends without its end."""
        body = {
            "model": self._settings.model,
            "messages": [asdict(message) for message in messages],
            "temperature": self._settings.temperature,
            "max_tokens": self._settings.max_tokens,
            "stream": True,
        }
        finished = False
        async with aclosing(self._endpoint.chunks("/chat/completions", body)) as chunks:
            async for data in _events(chunks):
                for choice in self._chunk(data).choices[:1]:
                    finished = finished or choice.finish_reason is not None
                    yield ChatDelta(choice.delta.content or "", choice.finish_reason)
        if not finished:
            raise self._endpoint.failure("ended its answer half-way")

    async def check(self) -> None:
        """Return when the endpoint answers; raises `BackingServiceError`."""
        await self._endpoint.check()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    def _chunk(self, data: bytes) -> _Chunk:
        try:
            chunk = _Chunk.model_validate_json(data)
        except ValidationError as error:
            raise self._endpoint.failure("answered in a form that is not known here") from error
        if chunk.error:
            raise self._endpoint.failure("reported an error in its answer")
        return chunk


async def _events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Yield the data of each event; a line ends only at a line feed, JSON may hold Unicode's other line ends."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            data = line.removeprefix(_DATA).strip()
            if line.startswith(_DATA) and data != _DONE:
                yield data
