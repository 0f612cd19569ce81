"""Extractive answers: the sentences of the found pieces that say most about the question, word for word."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core_api.language import language_of
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import likeness, terms
from rag_core_lib.wire.chat import ChatAnswer, Citation, FinishReason, nothing_found
from rag_core_lib.wire.pieces import PieceType

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”“)\]]*\s+(?=[\"'„“(\[]*[A-ZÄÖÜ0-9])|\n{2,}")
_CLOSED = re.compile(r"[.!?…:;][\"'”“)\]]*$")
_HEADING_WORDS = 12
_MOST_TERMS = 64
"""Terms of a question that are looked at; a longer one is a text."""
_PASSAGE_SENTENCES = 2
_HEADING_INFLUENCE = 0.5
_PIECE_INFLUENCE = 0.5
_LENGTH_PENALTY = 0.1
_UNKNOWN_INFLUENCE = 0.5
_SHARE_OF_BEST = 0.5
_LEAST_COVERAGE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class _Sentence:
    text: str
    terms: frozenset[str]
    context: frozenset[str]
    """Terms of the headings above it, in its piece."""


@dataclass(frozen=True, slots=True, eq=False)
class _Passage:
    """Neighbouring sentences of a piece."""

    sentences: Sequence[_Sentence]
    found: FoundPiece

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def terms(self) -> frozenset[str]:
        return frozenset[str]().union(*(sentence.terms for sentence in self.sentences))

    @property
    def terms_with_headings(self) -> frozenset[str]:
        return self.terms.union(*(sentence.context for sentence in self.sentences))


def extract_answer(question: str, found: Sequence[FoundPiece], sentence_limit: int) -> ChatAnswer:
    """Return the passages of `found` that share the rarest terms with `question`, each with its citation.

    A term weighs the more, the fewer of the found pieces hold it; a like term counts in part, and so does one in a
    heading. Passages with less than half the weight of the best one are left out. When the piece of the best passage
    holds less than a quarter of what was asked, by weight, nothing was found.
    """
    pieces = _pieces(found)
    asked = _Asked(question, pieces)
    best_score = max((item.score for item in found), default=0) or 1

    def weight(passage: _Passage) -> float:
        own = asked.share(passage.terms)
        above = asked.share(passage.terms_with_headings) - own
        trust = 1 - _PIECE_INFLUENCE + _PIECE_INFLUENCE * passage.found.score / best_score
        length = 1 - _LENGTH_PENALTY * (len(passage.sentences) - 1)
        return (own + _HEADING_INFLUENCE * above) * trust * length

    weighted = sorted(
        ((weight(passage), passage) for piece in pieces for passage in _passages(piece)), key=lambda pair: -pair[0]
    )
    if not weighted or asked.share(_whole(weighted[0][1], pieces).terms_with_headings) < _LEAST_COVERAGE:
        return nothing_found(language_of(question))
    chosen = _choose(weighted, sentence_limit)
    return ChatAnswer(
        answer=" ".join(passage.text for passage in chosen),
        citations=[_citation(number, passage) for number, passage in enumerate(chosen, start=1)],
        finish_reason=FinishReason.EXTRACTED,
    )


class _Asked:
    """The terms of a question, each with its share of what was asked."""

    def __init__(self, question: str, pieces: Sequence[_Passage]) -> None:
        held = [piece.terms_with_headings for piece in pieces]
        known = frozenset[str]().union(*held)
        asked = list(dict.fromkeys(terms(question)))[:_MOST_TERMS]
        self._like = {term: {other: like for other in known if (like := likeness(term, other))} for term in asked}
        rarity = {term: self._rarity(term, held) for term in asked}
        total = sum(rarity.values()) or 1
        self._shares = {term: weight / total for term, weight in rarity.items()}

    def share(self, held: frozenset[str]) -> float:
        """Return how much of what was asked is in `held`, from 0 to 1."""
        return sum(share * self._best_likeness(term, held) for term, share in self._shares.items())

    def _rarity(self, term: str, held: Sequence[frozenset[str]]) -> float:
        """Return the weight of a term by the pieces that hold it or a like one; unknown ones are often synonyms."""
        frequency = sum(self._best_likeness(term, piece) for piece in held)
        rarity = math.log(1 + len(held) / (frequency + 0.5))
        return rarity if frequency else rarity * _UNKNOWN_INFLUENCE

    def _best_likeness(self, term: str, held: frozenset[str]) -> float:
        like = self._like[term]
        return max((like[other] for other in like.keys() & held), default=0)


def _choose(weighted: Sequence[tuple[float, _Passage]], sentence_limit: int) -> list[_Passage]:
    """Return the heaviest passages that do not overlap and have `sentence_limit` sentences in all."""
    chosen: list[_Passage] = []
    texts: set[str] = set()
    for weight, passage in weighted:
        own = {sentence.text for sentence in passage.sentences}
        if weight < _SHARE_OF_BEST * weighted[0][0] or len(texts) == sentence_limit:
            break
        if not own & texts and len(texts) + len(own) <= sentence_limit:
            chosen.append(passage)
            texts |= own
    return chosen


def _passages(piece: _Passage) -> Iterator[_Passage]:
    for length in range(1, _PASSAGE_SENTENCES + 1):
        for start in range(len(piece.sentences) - length + 1):
            yield _Passage(piece.sentences[start : start + length], piece.found)


def _whole(passage: _Passage, pieces: Sequence[_Passage]) -> _Passage:
    return next(piece for piece in pieces if piece.found is passage.found)


def _pieces(found: Sequence[FoundPiece]) -> list[_Passage]:
    """Return each piece as one passage, without sentences of those before; pieces overlap."""
    seen: set[str] = set()
    pieces: list[_Passage] = []
    for item in found:
        new = [sentence for sentence in _sentences(item) if sentence.text not in seen]
        seen.update(sentence.text for sentence in new)
        if new:
            pieces.append(_Passage(new, item))
    return pieces


def _sentences(item: FoundPiece) -> Iterator[_Sentence]:
    """Yield the sentences of a piece, or the rows of a table; headings only when nothing follows them."""
    is_table = item.piece.type is PieceType.TABLE
    parts = item.piece.content.splitlines() if is_table else _SENTENCE_END.split(item.piece.content)
    texts = [text for part in parts if (text := " ".join(part.split()))]
    context = frozenset[str]()
    for place, text in enumerate(texts, start=1):
        held = frozenset(terms(text))
        if not is_table and place < len(texts) and _is_heading(text):
            context |= held
        else:
            yield _Sentence(text, held, context)


def _is_heading(text: str) -> bool:
    return text.startswith("#") or (not _CLOSED.search(text) and len(text.split()) <= _HEADING_WORDS)


def _citation(number: int, passage: _Passage) -> Citation:
    piece = passage.found.piece
    return Citation(
        number=number,
        document_id=passage.found.document_id,
        source=piece.source,
        page=piece.page,
        position=piece.position,
        type=piece.type,
        score=passage.found.score,
        excerpt=passage.text,
    )
