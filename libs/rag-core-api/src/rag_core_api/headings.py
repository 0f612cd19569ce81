"""Headings of pieces: what they say, how well one of them asks the question, and when an answer needs one."""

import re
from collections.abc import Collection, Sequence

from rag_core_api.asked import Asked
from rag_core_api.terms import likeness, terms

_MARKS = re.compile(r"^#{1,6}\s+")
_SECTION_NUMBER = re.compile(
    r"^(?:(?i:chapter|section|kapitel|abschnitt)\s+)?(?:\(\d+\)|(?:(?:\d+|[A-Z])\.)+\d*|\d+)[.:)]?\s+"
)
_AMOUNTS = frozenset(
    term
    for word in "maximum minimum number amount size limit anzahl höchstzahl größe menge".split()  # noqa: SIM905
    for term in terms(word)
)
"""What a heading says where a question says "how many"."""
_LONGEST_CONTEXT = 80
_IS_SAID = 0.3
"""How much more of a term a heading has to have than the text under it."""


def is_marked(text: str) -> bool:
    """Tell whether a line has the mark of a heading in Markdown."""
    return _MARKS.match(text) is not None


def plain(heading: str) -> str:
    """Return a heading without its mark, its number and its last sign, in small letters.

    Text that repeats a heading often leaves them out.
    """
    return _said(heading).casefold().rstrip(".:")


def match(asked: Asked, headings: Sequence[str]) -> float:
    """Return how well the last heading asks the question, from 0 to 1.

    It is the harmonic mean of how much of what is asked the heading has, and how much of the heading is asked.
    """
    held = frozenset(terms(_said(headings[-1]))) - _AMOUNTS if headings else frozenset[str]()
    if not held:
        return 0.0
    recall = asked.share(asked.likenesses(held))
    precision = sum(max((likeness(own, term.text) for term in asked.terms), default=0) for own in held) / len(held)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def context(asked: Asked, headings: Sequence[str], text: Collection[str]) -> str:
    """Return the last heading where it says something that is asked and the terms of a text do not; else nothing.

    "You can change it to values as large as 32767" is an answer only under "Maximum Number of Columns". A heading that
    is a question would only repeat the one that was asked.
    """
    said = _said(headings[-1]).rstrip(".:") if headings else ""
    if not said or said.endswith("?") or len(said) > _LONGEST_CONTEXT:
        return ""
    pairs = zip(asked.likenesses(text), asked.likenesses(frozenset(terms(said))), strict=True)
    return said if any(above > own + _IS_SAID for own, above in pairs) else ""


def _said(heading: str) -> str:
    return " ".join(_SECTION_NUMBER.sub("", _MARKS.sub("", heading)).split())
