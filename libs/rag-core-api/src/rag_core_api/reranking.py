"""Candidates in the order of a model that reads question and piece together."""

from collections.abc import Sequence
from dataclasses import replace

from rag_core_api.piece_store import FoundPiece
from rag_core_api.retrieval import said
from rag_core_lib.providers.interfaces import RerankProvider


class EndpointReranker:
    """A `Reranker` by an endpoint; a piece keeps what its terms and its meaning made of it."""

    def __init__(self, provider: RerankProvider) -> None:
        self._provider = provider

    async def rerank(self, question: str, candidates: Sequence[FoundPiece]) -> list[FoundPiece]:
        """Return candidates, the best first; raises `BackingServiceError`.

        Scores of some models are below 0; what is compared later are ratios, so they are moved up to begin at 0.
        """
        scores = await self._provider.scores(question, [said(item.piece) for item in candidates])
        least = min(0.0, *scores)
        scored = [replace(item, score=score - least) for item, score in zip(candidates, scores, strict=True)]
        return sorted(scored, key=lambda item: -item.score)
