"""What the services ask of an embedding model and of a chat model.

Both are optional. Without an embedding model retrieval is sparse only, without a chat model answers are extractive;
these defaults are in rag-core-api and need no model at all.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Vector = list[float]


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatDelta:
    """The next part of a model's answer; the last one has a finish reason, such as `stop` or `length`."""

    text: str
    finish_reason: str | None = None


class BackingService(Protocol):
    """Something that this process needs and that can be away."""

    async def check(self) -> None:
        """Return when it can be asked; raises `BackingServiceError` with the reason otherwise."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class EmbeddingProvider(BackingService, Protocol):
    """Turns texts into vectors; texts of like meaning have a large cosine."""

    @property
    def model(self) -> str:
        """Name of the model; vectors of two models cannot be compared."""
        ...

    async def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a vector for each text, in their order and of one length; raises `BackingServiceError`."""
        ...

    async def embed_question(self, text: str) -> Vector:
        """Return the vector to search with; raises `BackingServiceError`."""
        ...


class RerankProvider(BackingService, Protocol):
    """Reads a question and a text together, and tells how well the text answers it."""

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text, in their order; raises `BackingServiceError`."""
        ...


class ChatProvider(BackingService, Protocol):
    """Goes on with a conversation."""

    def stream(self, messages: Sequence[PromptMessage]) -> AsyncGenerator[ChatDelta]:
        """Yield the answer as the model writes it; raises `BackingServiceError`, also half-way."""
        ...


async def complete(provider: ChatProvider, messages: Sequence[PromptMessage]) -> str:
    """Return the whole answer of a chat model; raises `BackingServiceError`."""
    return "".join([delta.text async for delta in provider.stream(messages)])
