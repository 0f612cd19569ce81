"""BM25 as sparse vectors: a document's term weights here, the inverse document frequency in Qdrant.

The score of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), is a sum over
query terms of idf(term) * weight(term, document). The second factor is the document's sparse vector; Qdrant
computes the first one over its collection, when the vector has the modifier `idf`.
"""

from collections import Counter
from hashlib import blake2b

from rag_core_api.piece_index import SparseVector
from rag_core_api.terms import terms

_SATURATION = 1.2
_LENGTH_INFLUENCE = 0.75
_TYPICAL_LENGTH = 128
"""Terms in a typical piece. A constant, so that a weight never depends on the other pieces of the collection."""


def document_vector(text: str) -> SparseVector:
    """Return the weights of the terms in `text`; empty when it has none."""
    counts = Counter(map(_index, terms(text)))
    relative_length = counts.total() / _TYPICAL_LENGTH
    norm = _SATURATION * (1 - _LENGTH_INFLUENCE + _LENGTH_INFLUENCE * relative_length)
    weights = {index: count * (_SATURATION + 1) / (count + norm) for index, count in sorted(counts.items())}
    return SparseVector(indices=list(weights), values=list(weights.values()))


def query_vector(text: str) -> SparseVector:
    """Return weight 1 for each different term of `text`; empty when it has none."""
    indices = sorted({_index(term) for term in terms(text)})
    return SparseVector(indices=indices, values=[1.0] * len(indices))


def _index(term: str) -> int:
    """Return the dimension of `term`, a 32-bit unsigned number as Qdrant wants it, the same in every process."""
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")
