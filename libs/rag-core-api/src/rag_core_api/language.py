"""The language of a question, as far as a text of ours has to be in it."""

import re
from typing import Literal

Language = Literal["en", "de"]

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "can",
        "do",
        "does",
        "for",
        "from",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "much",
        "my",
        "of",
        "on",
        "or",
        "the",
        "there",
        "to",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "with",
        "you",
    ]
)
_GERMAN = frozenset(
    [
        "ab",
        "an",
        "auf",
        "auch",
        "bei",
        "das",
        "dem",
        "den",
        "der",
        "die",
        "ein",
        "eine",
        "einen",
        "es",
        "für",
        "gibt",
        "habe",
        "haben",
        "ich",
        "im",
        "in",
        "ist",
        "kann",
        "mein",
        "mit",
        "muss",
        "nach",
        "oder",
        "sich",
        "sind",
        "und",
        "von",
        "wann",
        "warum",
        "was",
        "welche",
        "welcher",
        "welches",
        "wer",
        "wie",
        "wieviel",
        "wo",
        "zu",
        "zum",
        "zur",
    ]
)
_UMLAUTS = frozenset("äöüß")


def language_of(text: str) -> Language:
    """Return German where its function words and umlauts outweigh English ones, otherwise English."""
    return recognised_language(text) or "en"


def recognised_language(text: str) -> Language | None:
    """Return the language that the function words and umlauts of a text speak for, None where they are as many."""
    words = _WORD.findall(text.casefold())
    german = sum(word in _GERMAN for word in words) + sum(not _UMLAUTS.isdisjoint(word) for word in words)
    english = sum(word in _ENGLISH for word in words)
    if german == english:
        return None
    return "de" if german > english else "en"


def are_in_different_languages(one: str, other: str) -> bool:
    """Tell whether two texts are in different languages; not where the language of either is not recognised."""
    language = recognised_language(one)
    return language is not None and recognised_language(other) not in {language, None}
