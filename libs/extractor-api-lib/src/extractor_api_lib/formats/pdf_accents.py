"""Letters of a PDF whose accents are glyphs of their own, as TeX sets them with fonts that have no accented letters."""

import ctypes
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]

_raw: Any = pypdfium2.raw
_ABOVE = {
    "`": "\u0300",
    "´": "\u0301",  # noqa: RUF001
    "ˆ": "\u0302",  # noqa: RUF001
    "˜": "\u0303",  # noqa: RUF001
    "¯": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
}
_BELOW = {"¸": "\u0327", "˛": "\u0328"}  # noqa: RUF001
_DOTLESS = {"ı": "i", "ȷ": "j"}  # noqa: RUF001
_FARTHEST = 0.4
"""Distance of an accent from its letter against the size of the letters, at most."""
_CELL = 20.0
"""Side of the squares that the letters of a page are looked up by, in points."""
_MOST_ACCENTS = 5_000
_MOST_IN_SQUARE = 200
"""What a page can show to a reader, by far; more is not looked at, so that no page takes long."""
_NO_GAP = 0.15
"""Distance of two letters of one word against their size, at most."""


@dataclass(frozen=True, slots=True)
class _Glyph:
    index: int
    letter: str
    left: float
    right: float
    bottom: float
    top: float


def composed(text_page: Any) -> dict[int, str]:  # noqa: ANN401 (pypdfium2 has no types)
    """Return the characters that stand for something else: letters with the accent drawn on them, and none for accents.

    PDFium lists an accent before or after its letter, or elsewhere, with blanks around it, so its place on the page
    tells which letter has it.
    """
    letters = [chr(_raw.FPDFText_GetUnicode(text_page, index)) for index in range(text_page.count_chars())]
    accents = [index for index, letter in enumerate(letters) if letter in _ABOVE or letter in _BELOW]
    if not 0 < len(accents) <= _MOST_ACCENTS:
        return {}
    places: dict[tuple[int, int], list[_Glyph]] = defaultdict(list)
    for index, letter in enumerate(letters):
        if letter.isalpha() and (glyph := _glyph(text_page, index, letter)):
            square = places[_square((glyph.left + glyph.right) / 2, glyph.bottom)]
            if len(square) < _MOST_IN_SQUARE:
                square.append(glyph)
    found: dict[int, str] = {}
    for index in accents:
        accent = _glyph(text_page, index, letters[index])
        size = _size(text_page, index)
        base = _base(accent, size, places, found) if accent else None
        if accent and base:
            found[base.index] = _with_accent(base.letter, accent.letter)
            found.update(dict.fromkeys([index, *_blanks(text_page, letters, index, size)], ""))
    return found


def _glyph(text_page: Any, index: int, letter: str) -> _Glyph | None:  # noqa: ANN401
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not _raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top):
        return None
    return _Glyph(index, letter, left.value, right.value, bottom.value, top.value)


def _size(text_page: Any, index: int) -> float:  # noqa: ANN401
    """Return the size of the letters in points."""
    size = _raw.FPDFText_GetFontSize(text_page, index)
    matrix = _raw.FS_MATRIX()
    if _raw.FPDFText_GetMatrix(text_page, index, matrix):
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
    return float(size)


def _square(x: float, y: float) -> tuple[int, int]:
    return int(x // _CELL), int(y // _CELL)


def _near(accent: _Glyph, places: dict[tuple[int, int], list[_Glyph]]) -> Iterator[_Glyph]:
    column, row = _square((accent.left + accent.right) / 2, accent.bottom)
    for x in (column - 1, column, column + 1):
        for y in (row - 1, row, row + 1):
            yield from places.get((x, y), ())


def _base(
    accent: _Glyph, size: float, places: dict[tuple[int, int], list[_Glyph]], found: dict[int, str]
) -> _Glyph | None:
    """Return the letter that an accent is drawn on."""
    middle = (accent.left + accent.right) / 2
    best: tuple[float, _Glyph] | None = None
    for glyph in _near(accent, places):
        is_over = glyph.left <= middle <= glyph.right
        gap = accent.bottom - glyph.top if accent.letter in _ABOVE else glyph.bottom - accent.top
        # Parts of a cedilla and of an italic accent may overlap the letter.
        if not is_over or glyph.index in found or not -_FARTHEST * size / 2 <= gap <= _FARTHEST * size:
            continue
        if _with_accent(glyph.letter, accent.letter) and (best is None or abs(gap) < best[0]):
            best = abs(gap), glyph
    return best[1] if best else None


def _with_accent(letter: str, accent: str) -> str:
    """Return a letter with an accent, or nothing if Unicode has no such letter."""
    mark = _ABOVE.get(accent) or _BELOW[accent]
    text = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + mark)
    return text if len(text) == 1 else ""


def _blanks(text_page: Any, letters: list[str], index: int, size: float) -> list[int]:  # noqa: ANN401
    """Return the blanks that PDFium puts around an accent that it lists in the middle of another word."""
    if not 2 <= index < len(letters) - 2 or letters[index - 1] != " " or letters[index + 1] != " ":
        return []
    before, after = (_glyph(text_page, place, letters[place]) for place in (index - 2, index + 2))
    if before and after and -size < after.left - before.right <= _NO_GAP * size and _is_level(before, after, size):
        return [index - 1, index + 1]
    return [index - 1]


def _is_level(one: _Glyph, other: _Glyph, size: float) -> bool:
    return abs(one.bottom - other.bottom) < size / 2
