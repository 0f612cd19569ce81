"""Extractive answers: the sentences of the found pieces that say most about the question, word for word."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.wire.chat import NOTHING_FOUND, ChatAnswer, Citation, FinishReason
from rag_core_lib.wire.pieces import PieceType

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”“)\]]*\s+(?=[\"'„“(\[]*[A-ZÄÖÜ0-9])|\n{2,}")
_SHARE_OF_BEST = 0.5


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    terms: frozenset[str]
    found: FoundPiece


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
        citations=[_citation(number, sentence) for number, sentence in enumerate(chosen, start=1)],
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


def _citation(number: int, sentence: _Sentence) -> Citation:
    piece = sentence.found.piece
    return Citation(
        number=number,
        document_id=sentence.found.document_id,
        source=piece.source,
        page=piece.page,
        position=piece.position,
        type=piece.type,
        score=sentence.found.score,
        excerpt=sentence.text,
    )
