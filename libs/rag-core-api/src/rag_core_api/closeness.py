"""How near texts are to a question in meaning, by an embedding model."""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from operator import mul

from rag_core_lib.providers.interfaces import EmbeddingProvider, Vector
from rag_core_lib.service_app import BackingServiceError

_MOST_QUESTIONS = 64
"""Questions whose vectors are kept: each is searched for and compared with."""


class Closeness:
    """Compares texts with questions; keeps the vectors of the last questions."""

    def __init__(self, embedding: EmbeddingProvider) -> None:
        self._embedding = embedding
        self._questions: OrderedDict[str, Vector] = OrderedDict()

    async def question(self, text: str) -> Vector:
        """Return the vector to search with; raises `BackingServiceError`."""
        if text not in self._questions:
            self._questions[text] = await self._embedding.embed_question(text)
            if len(self._questions) > _MOST_QUESTIONS:
                self._questions.popitem(last=False)
        return self._questions[text]

    async def of(self, question: str, texts: Sequence[str]) -> Mapping[str, float]:
        """Return how near each text is, from 0 for the farthest to 1 for the nearest; nothing where the model fails."""
        try:
            asked = await self.question(question)
            vectors = await self._embedding.embed_documents(texts) if texts else []
        except BackingServiceError:
            return {}
        return dict(zip(texts, scaled([cosine(asked, vector) for vector in vectors]), strict=True))


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of the angle between two vectors, 0 where one of them has no length."""
    length = math.hypot(*one) * math.hypot(*other)
    return sum(map(mul, one, other)) / length if length else 0.0


def scaled(values: Sequence[float]) -> list[float]:
    """Return values moved and stretched so that the least is 0 and the greatest is 1; 1 where all are the same."""
    least, greatest = min(values, default=0.0), max(values, default=0.0)
    span = greatest - least
    return [(value - least) / span if span else 1.0 for value in values]
