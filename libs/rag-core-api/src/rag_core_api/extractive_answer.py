"""Extractive answers: the sentences of the found pieces that say most about the question, word for word."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.wire.chat import ChatAnswer, ChatMessage, Citation, FinishReason
from rag_core_lib.wire.pieces import PieceType

NOTHING_FOUND = "I found nothing about that in the documents."

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”“)\]]*\s+(?=[\"'„“(\[]*[A-ZÄÖÜ0-9])|\n{2,}")
_ENOUGH_TERMS = 3
_SHARE_OF_BEST = 0.5


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    terms: frozenset[str]
    found: FoundPiece


def search_text(message: str, history: list[ChatMessage]) -> str:
    """Return what to search for: `message`, and for a short follow-up also the question before it.

    "And for managers?" holds one term; alone it would find any piece about managers.
    """
    if len(set(terms(message))) >= _ENOUGH_TERMS:
        return message
    earlier = [turn.content for turn in history if turn.role == "user"]
    return f"{earlier[-1]} {message}" if earlier else message


def extract_answer(question: str, found: list[FoundPiece], sentence_limit: int) -> ChatAnswer:
    """Return the sentences of `found` that share the rarest terms with `question`, each with its citation.

    A term weighs the more, the fewer of the candidate sentences hold it. Sentences with less than half the weight of
    the best one are left out.
    """
    asked = frozenset(terms(question))
    candidates = [sentence for sentence in _sentences(found) if sentence.terms & asked]
    frequency = Counter(term for sentence in candidates for term in sentence.terms & asked)

    def weight(sentence: _Sentence) -> float:
        return sum(math.log(1 + len(candidates) / frequency[term]) for term in sentence.terms & asked)

    ranked = sorted(candidates, key=lambda sentence: (-weight(sentence), -sentence.found.score))
    chosen = [
        sentence for sentence in ranked[:sentence_limit] if weight(sentence) >= _SHARE_OF_BEST * weight(ranked[0])
    ]
    if not chosen:
        return ChatAnswer(answer=NOTHING_FOUND, finish_reason=FinishReason.NOTHING_FOUND)
    return ChatAnswer(
        answer=" ".join(sentence.text for sentence in chosen),
        citations=[_citation(sentence) for sentence in chosen],
        finish_reason=FinishReason.EXTRACTED,
    )


def _sentences(found: list[FoundPiece]) -> list[_Sentence]:
    """Return the different sentences of the pieces; pieces overlap, so the same sentence may come twice."""
    sentences: dict[str, _Sentence] = {}
    for item in found:
        is_table = item.piece.type is PieceType.TABLE
        parts = item.piece.content.splitlines() if is_table else _SENTENCE_END.split(item.piece.content)
        for part in parts:
            text = " ".join(part.split())
            if text and text not in sentences:
                sentences[text] = _Sentence(text, frozenset(terms(text)), item)
    return list(sentences.values())


def _citation(sentence: _Sentence) -> Citation:
    piece = sentence.found.piece
    return Citation(
        document_id=sentence.found.document_id,
        source=piece.source,
        page=piece.page,
        position=piece.position,
        type=piece.type,
        score=sentence.found.score,
        excerpt=sentence.text,
    )
