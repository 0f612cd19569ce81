"""Proximity: whether a text has words of a question as near to each other as the question has them."""

from collections.abc import Sequence
from itertools import pairwise

from rag_core_api.asked import Asked
from rag_core_api.terms import likeness, terms

_GAP = 3
"""How many terms apart two neighbours of the question may be."""
_SAME = 0.8
"""Likeness of two forms of a word, and of a compound that begins or ends with it."""


def has_neighbours(asked: Asked, likenesses: Sequence[float], text: str) -> bool:
    """Tell whether two neighbouring terms of a question, of given likenesses, are near each other in a text.

    Either may be first. A text with a parameter here and a command there is seldom about "parameters of the command".
    """
    pairs = [
        (one, other)
        for (one, first), (other, second) in pairwise(zip(asked.terms, likenesses, strict=True))
        if first >= _SAME and second >= _SAME
    ]
    said = terms(text) if pairs else []
    return any(_are_near(_places(one.text, said), _places(other.text, said)) for one, other in pairs)


def _places(word: str, said: Sequence[str]) -> list[int]:
    return [place for place, other in enumerate(said) if likeness(word, other) >= _SAME]


def _are_near(ones: Sequence[int], others: Sequence[int]) -> bool:
    return any(0 < abs(one - other) <= _GAP for one in ones for other in others)
