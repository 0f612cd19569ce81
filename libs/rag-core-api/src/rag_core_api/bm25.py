"""BM25 as sparse vectors: a document's weights here, the inverse document frequency in Qdrant.

The score of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), is a sum over
query terms of idf(term) * weight(term, document). The second factor is the document's sparse vector; Qdrant
computes the first one over its collection, when the vector has the modifier `idf`.

Whole terms and their runs of four letters are two fields of the same vector, each with a length of its own.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from rag_core_api.piece_index import SparseVector
from rag_core_api.terms import grams, terms

_SATURATION = 1.2
HIGHEST_WEIGHT = _SATURATION + 1
"""What the weight of a term in a piece comes near to, however often the piece has it."""
_LENGTH_INFLUENCE = 0.75
_TYPICAL_TERMS = 128
"""Terms in a typical piece. A constant, so that a weight never depends on the other pieces of the collection."""
_TYPICAL_GRAMS = 512
_GRAM_INFLUENCE = 0.45
"""Of one run of letters, against the whole term; with the number of runs it grows by the square root."""
_GRAM_MARK = "#"
_HEADING_COUNT = 2.0
_LEAST_LENGTH = 0.5
"""A very short chunk counts as half the typical length, because a heading alone does not answer anything."""


def document_vector(text: str, headings: Sequence[str] = ()) -> SparseVector:
    """Return the weights of the terms in `text` and of their parts; empty when it has no term.

    A piece is found by the headings it is under as well; a term of theirs counts as if it were said once more.
    """
    words = terms(text)
    above = [term for heading in headings for term in terms(heading)]
    counts: dict[str, float] = dict(Counter(words))
    for term in set(above):
        counts[term] = counts.get(term, 0.0) + _HEADING_COUNT
    weights = _weights(counts, len(words), _TYPICAL_TERMS)
    parts = Counter(_GRAM_MARK + gram for gram in grams([*words, *set(above)]))
    weights |= _weights(parts, parts.total(), _TYPICAL_GRAMS)
    return _vector(weights)


def query_vector(text: str) -> SparseVector:
    """Return weight 1 for each different term of `text`, less for its parts; empty when it has no term."""
    return weighted_query(dict.fromkeys(terms(text), 1.0))


def weighted_query(words: Mapping[str, float]) -> SparseVector:
    """Return the weights of terms, and less for their parts; empty when there is none."""
    weights: dict[str, float] = {}
    for word, own in words.items():
        parts = grams([word])
        for part in parts:
            weight = own * _GRAM_INFLUENCE / math.sqrt(len(parts))
            weights[_GRAM_MARK + part] = max(weight, weights.get(_GRAM_MARK + part, 0))
    return _vector(weights | dict(words))


def dimension(term: str) -> int:
    """Return the dimension of `term`, a 32-bit unsigned number as Qdrant wants it, the same in every process."""
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


def _weights(counts: Mapping[str, float], length: int, typical_length: int) -> dict[str, float]:
    norm = _SATURATION * (1 - _LENGTH_INFLUENCE + _LENGTH_INFLUENCE * max(length / typical_length, _LEAST_LENGTH))
    return {term: count * (_SATURATION + 1) / (count + norm) for term, count in counts.items()}


def _vector(weights: Mapping[str, float]) -> SparseVector:
    """Return the vector; of two terms that fall on one dimension the heavier counts."""
    by_index: dict[int, float] = {}
    for term, weight in weights.items():
        index = dimension(term)
        by_index[index] = max(weight, by_index.get(index, 0))
    return SparseVector(sorted(by_index), [by_index[index] for index in sorted(by_index)])
