"""Reranking by an endpoint: `POST /rerank` as TEI, vLLM, Infinity, Jina and Cohere have it."""

from collections.abc import Sequence

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from rag_core_lib.providers.openai_endpoint import OpenAiEndpoint
from rag_core_lib.providers.settings import RerankSettings
from rag_core_lib.settings import RetrySettings


class _Scored(BaseModel):
    """The score of one text; text-embeddings-inference calls it `score`, the others `relevance_score`."""

    index: int = Field(ge=0)
    score: float | None = None
    relevance_score: float | None = None

    @property
    def value(self) -> float | None:
        return self.score if self.relevance_score is None else self.relevance_score


class _Results(BaseModel):
    """What vLLM, Infinity, Jina and Cohere answer with; text-embeddings-inference answers with the list alone."""

    results: list[_Scored]


_ANSWER: TypeAdapter[list[_Scored] | _Results] = TypeAdapter(list[_Scored] | _Results)


class RerankEndpoint:
    """A `RerankProvider`; texts go out in calls of `batch_size`, each scored by itself."""

    def __init__(
        self, settings: RerankSettings, retries: RetrySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._settings = settings
        self._endpoint = OpenAiEndpoint("rerank", settings, retries, transport)

    async def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers the question, in their order; raises `BackingServiceError`."""
        found: list[float] = []
        for start in range(0, len(texts), self._settings.batch_size):
            found += await self._scores(question, texts[start : start + self._settings.batch_size])
        return found

    async def check(self) -> None:
        """Return when the endpoint answers; raises `BackingServiceError`."""
        await self._endpoint.check()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        cut = [text[: self._settings.longest_text] for text in texts]
        body: dict[str, object] = {"query": question}
        if self._settings.style == "tei":
            body |= {"texts": cut, "truncate": True, "raw_scores": False}
        else:
            body |= {"model": self._settings.model, "documents": cut, "top_n": len(cut), "return_documents": False}
        try:
            answer = _ANSWER.validate_json(await self._endpoint.post("/rerank", body))
        except ValidationError as error:
            raise self._endpoint.failure("answered in a form that is not known here") from error
        scored = answer.results if isinstance(answer, _Results) else answer
        by_index = {item.index: item.value for item in scored}
        values = [by_index.get(index) for index in range(len(texts))]
        known = [value for value in values if value is not None]
        if len(known) != len(texts) or len(by_index) != len(texts):
            raise self._endpoint.failure(f"scored {len(known)} of {len(texts)} texts")
        return known
