"""Terms: the words of a text that count for retrieval, in the form in which they are compared.

What is done here, and what is not, was measured: `evaluation/README.md` has the figures.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(
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
    """.split()  # noqa: SIM905
)
_GRAM = 4
_CONTRACTION = re.compile(r"(?<=[a-z])n?['’](?:s|m|re|ve|ll|d|t)\b")  # noqa: RUF001
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:[._:/@+-]+[a-z0-9]+)+")
_IS_NAME = re.compile(r"[_/@:+]|\d|^[a-z]{1,12}\.[a-z]{1,6}$")
"""Words with a hyphen alone are words; what has another sign in it, or a digit, is a name."""
_ENDINGS = frozenset(
    "e en er em es n s st t te ten ter tes et est end ende enden ed ing ings ly y d r rs ung ungen lich".split()  # noqa: SIM905
)
_LEAST_STEM = 4
_SEPARABLE = re.compile(
    r"(ab|an|auf|aus|bei|durch|ein|fest|frei|her|hin|hinzu|los|mit|nach|um|vor|weg|weiter|wieder|zu|zuruck|zusammen)?"
    r"(zu|ge)([^\W\d_]{3,}(?:t|en|n))"
)
"""Forms of German verbs: "an-zu-melden", "an-ge-meldet" and "ge-sichert" of "anmelden" and "sichern"."""


def terms(text: str) -> list[str]:
    """Return the terms of `text` in its order, repeated as often as they occur.

    Compatibility forms are unified (NFKC), case is folded, frequent English and German words are left out, the English
    plural is taken off with the S-stemmer of D. Harman, "How effective is suffixing?" (1991), and accents are.
    """
    folded = _CONTRACTION.sub("", unicodedata.normalize("NFKC", text).casefold())
    words = [_singular(_plain(word)) for word in _WORD.findall(folded) if word not in STOP_WORDS]
    return words + identifiers(folded)


def identifiers(folded: str) -> list[str]:
    """Return the names of code in a text of small letters as they are written, such as `max_length` or `cron.deny`.

    Their parts are terms as well; the whole is rarer, and so it counts for more.
    """
    return [name for match in _IDENTIFIER.finditer(folded) if _IS_NAME.search(name := match[0])]


def grams(words: Iterable[str]) -> list[str]:
    """Return the runs of four letters in each word; none of a shorter one.

    They find what inflection, compounds and typing errors keep apart: "Urlaubstage" and "Jahresurlaub".
    """
    return [word[start : start + _GRAM] for word in words for start in range(len(word) - _GRAM + 1)]


@lru_cache(maxsize=100_000)
def likeness(asked: str, term: str) -> float:
    """Return how much of `asked` is in `term`: 1 for the same, less for a common part, 0 for less than half of it.

    Two forms of one word are nearly the same, and so is a compound that begins or ends with what was asked. A part
    of a compound that was asked counts for less.
    """
    if asked == term:
        return 1
    if _are_forms(asked, term) or _are_forms(_infinitive(asked), _infinitive(term)):
        return 0.9
    if len(asked) > _LEAST_STEM and (term.startswith(asked) or term.endswith(asked)):
        return 0.8
    parts = _gram_set(asked)
    share = len(parts & _gram_set(term)) / len(parts) if parts else 0
    if share >= 0.5:
        return 0.7 * share
    if len(term) > _LEAST_STEM and (asked.startswith(term) or asked.endswith(term)):
        return 0.5
    return 0


def _are_forms(one: str, other: str) -> bool:
    """Tell whether two words differ by what inflection adds."""
    length = 0
    for letter, twin in zip(one, other, strict=False):
        if letter != twin:
            break
        length += 1
    if length < _LEAST_STEM or 2 * length < max(len(one), len(other)):
        return False
    rest, other_rest = one[length:], other[length:]
    return (not rest or rest in _ENDINGS) and (not other_rest or other_rest in _ENDINGS)


def _infinitive(word: str) -> str:
    """Return a verb without what German puts inside or in front of it; its ending stays."""
    match = _SEPARABLE.fullmatch(word)
    return (match[1] or "") + match[3] if match and (match[1] or match[2] == "ge") else word


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
