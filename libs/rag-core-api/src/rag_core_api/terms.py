"""Terms: the words of a text that count for retrieval, in the form in which they are compared.

What is done here, and what is not, was measured: `evaluation/README.md` has the figures.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    """
    a about am an and any are as at be been but by can could did do does for from get got had has have he her him
    his how i if in into is it its long many may me more most much must my need no not of often on or our she should
    so than that the their them then there these they this those to us very was we were what when where which who
    whom whose why will with would you your
    ab aber als am an auch auf aus bei bekomme bekommen bin bis bist bleibt da darf das dass dem den der des dich
    die dies diese dieser dieses dir du dürfen ein eine einem einen einer eines er es etwas euch für gibt habe haben
    hast hat hatte hoch ich ihr im in ist kann lang lange man mehr mein mich mir mit muss müssen nach nicht noch nur
    oder oft ohne schon sehr sein seine sich sie sind so soll sollte um und uns unter viel viele vielen von vor wann
    war warum was welche welchen welcher welches wenn wer werden wie wird wir wo worden wurde wurden zu zum zur über
    """.split()  # noqa: SIM905 (a list of 200 lines tells no more)
)
_GRAM = 4


def terms(text: str) -> list[str]:
    """Return the terms of `text` in its order, repeated as often as they occur.

    Compatibility forms are unified (NFKC), case is folded, frequent English and German words are left out, the English
    plural is taken off with the S-stemmer of D. Harman, "How effective is suffixing?" (1991), and accents are.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [_singular(_plain(word)) for word in words if word not in _STOP_WORDS]


def grams(words: Iterable[str]) -> list[str]:
    """Return the runs of four letters in each word; none of a shorter one.

    They find what inflection, compounds and typing errors keep apart: "Urlaubstage" and "Jahresurlaub".
    """
    return [word[start : start + _GRAM] for word in words for start in range(len(word) - _GRAM + 1)]


def likeness(asked: str, term: str) -> float:
    """Return how much of `asked` is in `term`: 1 for the same, less for a common part, 0 for less than half of it."""
    if asked == term:
        return 1
    parts = _gram_set(asked)
    share = len(parts & _gram_set(term)) / len(parts) if parts else 0
    return 0.7 * share if share >= 0.5 else 0


@lru_cache(maxsize=20_000)
def _gram_set(word: str) -> frozenset[str]:
    return frozenset(grams([word]))


def _plain(word: str) -> str:
    """Return `word` without accents, "ä" as "a"; those who type "ae" mean the same, as in the German2 stemmer."""
    if not word.isascii():
        word = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return re.sub(r"(?<![aeioq])ue", "u", word).replace("ae", "a").replace("oe", "o")


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
