"""Fusion: one ranking out of several."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from rag_core_api.piece_store import FoundPiece

_K = 60
"""The constant of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet" (2009)."""


def fuse(rankings: Sequence[Sequence[FoundPiece]]) -> list[FoundPiece]:
    """Return the pieces of all rankings, the best first; a piece scores the sum of 1 / (60 + rank) over the rankings.

    A single ranking stays as it is, with its own scores.
    """
    if len(rankings) == 1:
        return list(rankings[0])
    scores: dict[tuple[str, int], float] = defaultdict(float)
    pieces: dict[tuple[str, int], FoundPiece] = {}
    for ranking in rankings:
        for rank, found in enumerate(ranking, start=1):
            key = (found.document_id, found.piece.position)
            scores[key] += 1 / (_K + rank)
            before = pieces.get(key, found)
            pieces[key] = replace(
                before,
                lexical=found.lexical if before.lexical is None else before.lexical,
                cosine=found.cosine if before.cosine is None else before.cosine,
            )
    fused = (replace(found, score=scores[key]) for key, found in pieces.items())
    return sorted(fused, key=lambda found: -found.score)
