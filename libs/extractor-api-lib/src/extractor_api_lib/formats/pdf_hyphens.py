"""Words that were broken at the end of a line of a PDF, as PDFium marks them."""

import re

HYPHENS = ("\ufffe", "\x02")
"""PDFium writes these where a word was broken at the end of a line."""
_MARKS = re.compile("[" + "".join(HYPHENS) + "]\n?")
_WORD = re.compile(r"[\w-]+")
_CONJUNCTIONS = frozenset({"und", "oder", "bzw", "sowie", "and"})
"""Before one of these, the hyphen stands for the end that the word shares with the one after it."""


def joint(before: str, after: str) -> str:
    """Return what stands between the two parts of a word: nothing if the end of the line made the hyphen.

    A part that begins with a capital letter or a digit is a word of its own: `INI-Datei`, `64-Bit`, `Covid-19`. Both
    in capital letters are one word again.
    """
    first = next(reversed(_WORD.findall(before)), "")
    second = match.group() if (match := _WORD.match(after)) else ""
    if not first or not second:
        return ""
    if second in _CONJUNCTIONS:
        return "- "
    is_shouted = len(first) > 1 and first.isupper() and second.isupper()
    is_own = second[0].isdigit() or (second[0].isupper() and not is_shouted)
    return "-" if is_own or first[-1].isdigit() else ""


def rejoined(text: str) -> str:
    """Return a text without the marks of PDFium; a mark at the end goes too."""
    first, *parts = _MARKS.split(text)
    for part in parts:
        first += joint(first, part) + part
    return first
