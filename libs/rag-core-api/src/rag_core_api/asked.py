"""What is asked: the terms of a question with their weights in the collection."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag_core_api.bm25 import HIGHEST_WEIGHT, dimension, weighted_query
from rag_core_api.language import Language, recognised_language
from rag_core_api.piece_index import Rarities, SparseVector
from rag_core_api.piece_store import PieceStore
from rag_core_api.spelling import may_be_misspelt, nearest, within_one_edit
from rag_core_api.terms import STOP_WORDS, likeness, terms

_MOST_TERMS = 64
"""Terms of a question that are looked at; a longer one is a text."""
_MOST_CORRECTED = 4
_CANDIDATES = 40
_EARLIER_INFLUENCE = 0.5
_CORRECTED_INFLUENCE = 0.9
_WEAK_INFLUENCE = 0.35
_LEAST_SMALL_WORD = 4
_WEAK = frozenset(
    term
    for word in """
    also before after during someone anyone something anything somebody anybody getting happen happens happened mean
    means work works working come comes take takes make makes made give gives use uses used using need needs want wants
    know say says tell show find exist available allow allowed possible usual usually normally just really actually
    please explain describe define definition difference between best way kind type different other another new thing
    bedeutet bedeuten passiert kommt kommen macht machen mache gehe geht stelle stellt stellen nutze nutzen nutzt
    verwende verwenden verwendet funktioniert heißt brauche braucht brauchen benötige benötigt wofür wozu womit worin
    woran worauf jemand etwas vom bevor nachdem während normalerweise möglich erlaubt erkläre erklären beschreibe
    nothing everything else unless otherwise told instead already still yet ever never always again without within case
    shows shown try tries trying put puts seem seems look looks likely at least most
    nichts alles sonst statt stattdessen schon immer falls darf dürfen soll sollen lässt lassen zeigt zeigen
    versuche versuchen fehlt trotzdem eigentlich gerade unser unsere unseren meine meinen meiner
    höchstens mindestens bitte geworden werde liegt liegen
    unterschied zwischen eigenen eigene einzelne neu neue neuen neuer gilt gelten dabei dafür damit dazu finde finden
    """.split()  # noqa: SIM905
    for term in terms(word)
)
"""Words of questions that say little about what is asked, whatever their rarity in the documents."""
_SMALL_WORDS = frozenset(word for word in STOP_WORDS | _WEAK if len(word) >= _LEAST_SMALL_WORD)
"""What a misspelt word that asks for nothing may have been meant as."""
_UNKNOWN_INFLUENCE = 0.5
"""Of a word that no piece has: it is often another word for what they have."""


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """A term of a question; `rarity` is its inverse document frequency, `is_known` tells that a piece has it.

    `said` is how it was written, where it was taken for a typing error. `influence` is less than 1 for words that say
    little, and for a term of an earlier question, which `is_earlier`.
    """

    text: str
    rarity: float
    is_known: bool
    said: str | None = None
    influence: float = 1.0
    is_earlier: bool = False

    @property
    def weight(self) -> float:
        """Return what it counts among the terms of the question."""
        return self.influence * self.rarity * (1.0 if self.is_known else _UNKNOWN_INFLUENCE)


@dataclass(frozen=True)
class Asked:
    """A question as it is searched for."""

    question: str
    terms: tuple[AskedTerm, ...]
    pieces: int = 0
    """About how many pieces there are in all."""

    @cached_property
    def total(self) -> float:
        """Return the weight of all terms."""
        return sum(term.weight for term in self.terms) or 1.0

    @cached_property
    def full_total(self) -> float:
        """Return the weight of all terms where words that no piece has count as much as any."""
        return sum(term.influence * term.rarity for term in self.terms) or 1.0

    @property
    def highest_score(self) -> float:
        """Return about the score of BM25 of a piece that has all terms again and again."""
        return HIGHEST_WEIGHT * self.full_total

    def vector(self) -> SparseVector:
        """Return the sparse vector to search with."""
        weights: dict[str, float] = {}
        for term in self.terms:
            corrected = _CORRECTED_INFLUENCE if term.said else 1.0
            weights[term.text] = max(weights.get(term.text, 0.0), term.influence * corrected)
            if term.said:
                weights.setdefault(term.said, term.influence * (1 - corrected))
        return weighted_query(weights)

    def likenesses(self, held: Collection[str]) -> list[float]:
        """Return for each term how much of it is in `held`, from 0 to 1."""
        return [max(_held(word, held) for word in (term.text, term.said) if word) for term in self.terms]

    def share(self, likenesses: Sequence[float], *, full: bool = False) -> float:
        """Return how much of what was asked is held, by weight, from 0 to 1."""
        if full:
            held = sum(t.influence * t.rarity * like for t, like in zip(self.terms, likenesses, strict=True))
            return held / self.full_total
        return sum(t.weight * like for t, like in zip(self.terms, likenesses, strict=True)) / self.total


def understand(question: str, store: PieceStore, earlier: str = "") -> Asked:
    """Return a question with the rarity of its terms, typing errors corrected; blocks.

    The terms of an `earlier` question, which it follows, count for less.
    """
    own = list(dict.fromkeys(terms(question)))[:_MOST_TERMS]
    before = [term for term in dict.fromkeys(terms(earlier)) if term not in own][: _MOST_TERMS - len(own)]
    rarities = store.rarities([dimension(term) for term in [*own, *before]])
    rarest = _rarest(rarities)
    language = recognised_language(f"{earlier} {question}")
    found: list[AskedTerm] = []
    left = _MOST_CORRECTED
    for term, rarity in zip([*own, *before], rarities.of, strict=True):
        influence = (1.0 if term in own else _EARLIER_INFLUENCE) * (_WEAK_INFLUENCE if term in _WEAK else 1.0)
        if rarity is None and left and may_be_misspelt(term) and term not in _WEAK:
            if nearest(term, _SMALL_WORDS):
                continue
            left -= 1
            meant, rarity = _corrected(term, store, language)  # noqa: PLW2901
            if meant:
                found.append(
                    AskedTerm(
                        meant,
                        rarity or rarest,
                        is_known=True,
                        said=term,
                        influence=influence,
                        is_earlier=term not in own,
                    )
                )
                continue
        found.append(
            AskedTerm(
                term, rarity or rarest, is_known=rarity is not None, influence=influence, is_earlier=term not in own
            )
        )
    return Asked(f"{earlier} {question}".strip(), tuple(found), rarities.pieces)


def _rarest(rarities: Rarities) -> float:
    """Return the inverse document frequency of a term that one piece has."""
    return math.log(1 + (rarities.pieces + 0.5) / 1.5)


def _held(word: str, held: Collection[str]) -> float:
    return 1.0 if word in held else max((likeness(word, other) for other in held), default=0.0)


def _corrected(term: str, store: PieceStore, language: Language | None) -> tuple[str | None, float | None]:
    """Return the term that was meant, with its rarity: the nearest by edits, of those the most frequent.

    It is one of pieces in the language of the question, where that is recognised: "note" is not an error for "Noten".
    """
    near = within_one_edit(term)
    candidates = store.find([_vector_of(dict.fromkeys(near, 1.0)), weighted_query({term: 1.0})], _CANDIDATES)
    texts = [item.piece.content for ranking in candidates for item in ranking]
    readable = [text for text in texts if not language or recognised_language(text) in {language, None}]
    known = {word for text in readable for word in terms(text)}
    meant = nearest(term, known)
    if not meant:
        return None, None
    rarities = store.rarities([dimension(word) for word in meant]).of
    best = min(zip(rarities, meant, strict=True), key=lambda pair: math.inf if pair[0] is None else pair[0])
    return best[1], best[0]


def _vector_of(weights: Mapping[str, float]) -> SparseVector:
    by_index = {dimension(term): weight for term, weight in weights.items()}
    return SparseVector(sorted(by_index), [by_index[index] for index in sorted(by_index)])
