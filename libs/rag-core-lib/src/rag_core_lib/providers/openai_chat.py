"""Chat by an OpenAI-compatible endpoint, streamed."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import asdict

import httpx
from pydantic import BaseModel, ValidationError

from rag_core_lib.providers.interfaces import ChatDelta, PromptMessage
from rag_core_lib.providers.openai_endpoint import OpenAiEndpoint
from rag_core_lib.providers.settings import ChatModelSettings
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.settings import RetrySettings
from rag_core_lib.tracing import open_span

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
        step = open_span(f"chat {self._settings.model}", "CLIENT")
        step.set("gen_ai.operation.name", "chat")
        step.set("gen_ai.request.model", self._settings.model)
        step.set("gen_ai.request.max_tokens", self._settings.max_tokens)
        step.set_content("gen_ai.input.messages", [_as_traced(message.role, message.content) for message in messages])
        text: list[str] = []
        reason: str | None = None
        try:
            async with aclosing(self._endpoint.chunks("/chat/completions", body)) as chunks:
                async for data in _events(chunks):
                    for choice in self._chunk(data).choices[:1]:
                        reason = choice.finish_reason or reason
                        text.append(choice.delta.content or "")
                        yield ChatDelta(text[-1], choice.finish_reason)
            if reason is None:
                raise self._endpoint.failure("ended its answer half-way")
        except BackingServiceError as error:
            step.fail(str(error))
            raise
        finally:
            step.set("gen_ai.response.finish_reasons", [reason] if reason else None)
            step.set("rag.answer.characters", sum(map(len, text)))
            step.set_content("gen_ai.output.messages", [_as_traced("assistant", "".join(text))])
            step.end()

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


def _as_traced(role: str, content: str) -> dict[str, object]:
    """Return a message in the form that OpenTelemetry's conventions for generative models give it."""
    return {"role": role, "parts": [{"type": "text", "content": content}]}


async def _events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Yield the data of each event; a line ends only at a line feed, JSON may hold Unicode's other line ends."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            data = line.removeprefix(_DATA).strip()
            if line.startswith(_DATA) and data != _DONE:
                yield data
