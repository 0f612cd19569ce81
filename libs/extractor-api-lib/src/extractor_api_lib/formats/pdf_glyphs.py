"""Characters of a PDF that no reader can read: glyphs of symbol fonts, notes of music, parts of large brackets."""

import re
import unicodedata

from extractor_api_lib.formats.pdf_hyphens import HYPHENS

_BULLETS = frozenset("\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06e\uf06c\uf071\uf0a8")
"""Of the fonts Symbol and Wingdings, which word processors use for the items of lists."""

_DRAWING_FONTS = re.compile(
    r"([A-Z]{6}\+)?(lcirclew?|linew?|xy(tip|line|circ|bsql|msam)|emmentaler|feta|parmesan|bravura|leland|maestro|opus)"
    r"([-\d]|$)",
    re.IGNORECASE,
)
"""Parts of the frames and arrows of LaTeX, and notes of music."""


def draws(font: str) -> bool:
    """Tell whether the glyphs of a font, by its name, are parts of pictures."""
    return _DRAWING_FONTS.match(font) is not None


def readable(letter: str) -> str:
    """Return a character as it is, a bullet for those of symbol fonts, and a blank for what has no meaning as text."""
    if letter in _BULLETS:
        return "•"
    is_meant = letter in "\r\n" or letter in HYPHENS or unicodedata.category(letter) not in {"Cc", "Co"}
    return letter if is_meant else " "
