"""Fusion: one ranking out of that by terms and that by meaning."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag_core_api.closeness import scaled
from rag_core_api.piece_store import FoundPiece

_MEANING = 0.4
"""What the cosine counts against the score of terms; chosen on the questions that `evaluation/README.md` tells."""
_IN_OTHER_WORDS = 0.3
"""What a piece in another language is taken to have of the terms, against its nearness in meaning."""


def fuse(
    lexical: Sequence[FoundPiece],
    dense: Sequence[FoundPiece],
    highest: float,
    is_foreign: Callable[[FoundPiece], bool] = lambda _: False,
) -> list[FoundPiece]:
    """Return the pieces of both rankings, the best first, with scores from 0 to 1; one ranking alone stays as it is.

    A convex combination of the scores, as in Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval" (2023). The score by terms is taken against the `highest` one that the question can have: where the
    pieces have few of its terms, as with a question in another language, the meaning decides. Ranks alone would not
    tell that. The cosines are stretched from the least to the greatest one: a model uses but a part of its range. That
    a piece `is_foreign`, in another language than the question, is no reason against it where its meaning is near. One
    that is nearer than all pieces in the language of the question is taken to have as much of the terms as they do.
    """
    if not dense or not lexical:
        return list(dense or lexical)
    by_terms = {_place(item): item for item in lexical}
    by_meaning = {_place(item): item for item in dense}
    cosines = scaled([item.cosine or 0.0 for item in dense])
    near = dict(zip(by_meaning, cosines, strict=True))
    held = {place: min(1.0, item.score / highest) if highest > 0 else 0.0 for place, item in by_terms.items()}
    foreign = {place for place, item in (by_meaning | by_terms).items() if is_foreign(item)}
    nearest_own = max((nearness for place, nearness in near.items() if place not in foreign), default=1.0)
    most_held = max((share for place, share in held.items() if place not in foreign), default=0.0)
    fused: list[FoundPiece] = []
    for place in by_terms | by_meaning:
        term_match, meant = by_terms.get(place), by_meaning.get(place)
        item = term_match or by_meaning[place]
        nearness = near.get(place, 0.0)
        share = held.get(place, 0.0)
        if place in foreign:
            share = max(share, _IN_OTHER_WORDS * nearness, most_held if nearness > nearest_own else 0.0)
        fused.append(
            replace(
                item,
                score=(1 - _MEANING) * share + _MEANING * nearness,
                lexical=term_match.lexical if term_match else None,
                cosine=meant.cosine if meant else None,
            )
        )
    return sorted(fused, key=lambda item: -item.score)


def _place(item: FoundPiece) -> tuple[str, int]:
    return item.document_id, item.piece.position
