"""Terms: the words of a text that count for retrieval, in the form in which they are compared."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    """
    a about an and any are as at be been but by can could did do does for from had has have he her his how i if in into
    is it its may me my no not of on or our she should so than that the their them then there these they this those to
    us was we were what when where which who whom whose why will with would you your
    aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese dieser dieses du ein eine einem
    einen einer eines er es für hat hatte ich ihr im in ist kann man mein mit nach nicht noch nur oder sein seine sich
    sie sind so um und uns von vor war wann warum was wenn wer werden wie wird wir wo zu zum zur
    """.split()  # noqa: SIM905 (a list of 150 lines tells no more)
)


def terms(text: str) -> list[str]:
    """Return the terms of `text` in its order, repeated as often as they occur.

    Compatibility forms are unified (NFKC), case is folded, frequent English and German words are left out, and the
    English plural is taken off with the S-stemmer of D. Harman, "How effective is suffixing?" (1991).
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [_singular(word) for word in words if word not in _STOP_WORDS]


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
