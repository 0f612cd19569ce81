"""Looking up a message: what it asks, with what it follows, what is found, and whether that is an answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool

from rag_core_api.asked import Asked
from rag_core_api.evidence import is_answered, measures
from rag_core_api.extractive_answer import Extract, Limits, extract
from rag_core_api.follow_up import Reference, earlier_questions, last_answer, reference
from rag_core_api.piece_store import FoundPiece
from rag_core_api.retrieval import Retrieval
from rag_core_api.windows import sources_of
from rag_core_lib.wire.chat import ChatMessage

_LOOKED_AT = 3
_COMPARED = 6
"""Pieces whose sentences are compared with the question by an embedding model, where there is one."""
_SAME_MATTER = 0.2
"""Part of the earlier question, by weight, that what is found for both has to hold."""
_AS_GOOD = 0.75
"""What is found for both has to hold this much of what is found for the message alone."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """What was found for a message."""

    asked: Asked
    found: Sequence[FoundPiece]
    extract: Extract
    measured: Mapping[str, float]

    @property
    def is_answered(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.extract.windows) and is_answered(self.measured)


class LookingUp:
    """Looks messages up without a chat model."""

    def __init__(self, retrieval: Retrieval, limit: int, limits: Limits) -> None:
        self._retrieval = retrieval
        self._limit = limit
        self._limits = limits

    async def look_up(self, message: str, history: Sequence[ChatMessage], collections: Collection[str] = ()) -> LookUp:
        """Return what is found for a message, by itself or together with the questions that it follows.

        Both are looked up only where there is evidence: a word that points back, or nothing found by the message
        alone; and what is found for both must have to do with both.
        """
        alone = await self.question(message, collections=collections)
        earlier = earlier_questions(history)
        kind = reference(message)
        if not earlier or kind is Reference.NONE or (kind is Reference.SHORT and alone.is_answered):
            return alone
        both = await self.question(message, earlier, last_answer(history), collections)
        return both if both.extract.windows and _is_better(both, alone, kind) else alone

    async def question(
        self, message: str, earlier: str = "", answered: str = "", collections: Collection[str] = ()
    ) -> LookUp:
        """Return what is found for a message with an `earlier` question; windows that were `answered` are left out."""
        asked = await self._retrieval.understand(message, earlier)
        found = await self._retrieval.find_asked(asked, self._limit, collections)
        sources = await run_in_threadpool(sources_of, found)
        texts = list(dict.fromkeys(s.text for source in sources[:_COMPARED] for s in source.sentences))
        near = await self._retrieval.closeness(asked.question, texts)
        return await run_in_threadpool(self._weigh, asked, found, answered, near)

    def _weigh(self, asked: Asked, found: Sequence[FoundPiece], answered: str, near: Mapping[str, float]) -> LookUp:
        chosen = extract(asked, found, self._limits, answered=answered, near=near)
        return LookUp(asked, found, chosen, measures(asked, found, chosen))


def _is_better(both: LookUp, alone: LookUp, kind: Reference) -> bool:
    own = [term for term in both.asked.terms if not term.is_earlier]
    before = [term for term in both.asked.terms if term.is_earlier]
    own_share, before_share = _share(both, {t.text for t in own}), _share(both, {t.text for t in before})
    if before and before_share < _SAME_MATTER:
        return False
    if not own:
        return True
    if kind is Reference.SURE:
        return own_share > 0 or not alone.is_answered
    alone_share = _share(alone, {t.text for t in own})
    return own_share >= _AS_GOOD * alone_share and own_share > 0


def _share(look_up: LookUp, terms: set[str]) -> float:
    """Return how much of some terms, by weight, the best of the first pieces holds."""
    asked = Asked(look_up.asked.question, tuple(term for term in look_up.asked.terms if term.text in terms))
    sources = sources_of(look_up.found[:_LOOKED_AT])
    return max((asked.share(asked.likenesses(source.terms | source.title)) for source in sources), default=0.0)
