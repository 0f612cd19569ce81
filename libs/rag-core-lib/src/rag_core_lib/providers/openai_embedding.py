"""Embeddings by an OpenAI-compatible endpoint."""

from collections.abc import Sequence

import httpx
from pydantic import BaseModel, ValidationError

from rag_core_lib.providers.interfaces import Vector
from rag_core_lib.providers.openai_endpoint import OpenAiEndpoint
from rag_core_lib.providers.settings import EmbeddingSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.tracing import span


class _Embedding(BaseModel):
    index: int
    embedding: Vector


class _Embeddings(BaseModel):
    data: list[_Embedding]


class OpenAiEmbedding:
    """An `EmbeddingProvider` by `POST /embeddings`, with `batch_size` texts in each call."""

    def __init__(
        self, settings: EmbeddingSettings, retries: RetrySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._settings = settings
        self._endpoint = OpenAiEndpoint("embedding", settings, retries, transport)

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._settings.model or ""

    async def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a vector for each text; raises `BackingServiceError`."""
        prefixed = [self._settings.document_prefix + text for text in texts]
        vectors: list[Vector] = []
        for start in range(0, len(prefixed), self._settings.batch_size):
            vectors.extend(await self._embed(prefixed[start : start + self._settings.batch_size]))
        if len({len(vector) for vector in vectors}) > 1:
            raise self._endpoint.failure("gave vectors of different lengths")
        return vectors

    async def embed_question(self, text: str) -> Vector:
        """Return the vector to search with; raises `BackingServiceError`."""
        (vector,) = await self._embed([self._settings.question_prefix + text])
        return vector

    async def check(self) -> None:
        """Return when the endpoint answers; raises `BackingServiceError`."""
        await self._endpoint.check()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _embed(self, texts: Sequence[str]) -> list[Vector]:
        body = {"model": self.model, "input": list(texts), "encoding_format": "float"}
        with span(f"embeddings {self.model}", "CLIENT") as step:
            step.set("gen_ai.operation.name", "embeddings")
            step.set("gen_ai.request.model", self.model)
            step.set("rag.texts", len(texts))
            content = await self._endpoint.post("/embeddings", body)
        try:
            data = _Embeddings.model_validate_json(content).data
        except ValidationError as error:
            raise self._endpoint.failure("answered in a form that is not known here") from error
        vectors = {item.index: item.embedding for item in data if item.embedding}
        if sorted(vectors) != list(range(len(texts))):
            raise self._endpoint.failure(f"gave {len(vectors)} vectors for {len(texts)} texts")
        return [vectors[index] for index in range(len(texts))]
