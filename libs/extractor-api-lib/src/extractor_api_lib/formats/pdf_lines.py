"""The lines of one PDF page with their places and fonts, and the tables drawn on it, in the order of its content."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]

from extractor_api_lib.formats.pdf_accents import composed
from extractor_api_lib.formats.pdf_drawn_tables import CellText, drawn_text
from extractor_api_lib.formats.pdf_glyphs import draws, readable
from extractor_api_lib.formats.pdf_hyphens import HYPHENS, rejoined
from extractor_api_lib.formats.pdf_rules import Edge, Rules
from extractor_api_lib.formats.pdf_tables import Cell, Table, find_tables

_raw: Any = pypdfium2.raw
_MOST_SEGMENTS = 50_000
_BOLD_WEIGHT = 600
_FIXED_PITCH = 1
"""Bit of the font flags (ISO 32000-1, table 123)."""
_FIXED_NAMES = re.compile(
    r"mono|nimbusmon|courier|typewriter|consol|menlo|monaco|andale|(source|fira) ?code|letter ?gothic|tt\d*$",
    re.IGNORECASE,
)
_NAME_BYTES = 128
_WIDEST_LETTER_GAP = 0.5
"""Distance of two letters of one word against the height of the taller one, at most."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its box, in points from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline; `size` is the size of most of its letters, in points.

    `is_broken` tells that its last word goes on in the next line, `is_ruled` that a rule is under all of it.
    """

    words: tuple[Word, ...]
    size: float
    is_bold: bool = False
    is_fixed: bool = False
    is_broken: bool = False
    font: str = ""
    """Name of the font of most of its letters."""
    is_ruled: bool = False

    @property
    def text(self) -> str:
        """Return the words with blanks between them."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        """Return where it begins."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """Return where it ends."""
        return max(word.right for word in self.words)

    @property
    def bottom(self) -> float:
        """Return the lowest point."""
        return min(word.bottom for word in self.words)

    @property
    def top(self) -> float:
        """Return the highest point."""
        return max(word.top for word in self.words)


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """The text of a table with lines around its cells."""

    text: str


def lines_of(page: Any, text_page: Any) -> list[Line | DrawnTable]:  # noqa: ANN401 (pypdfium2 has no types)
    """Return the lines of a page, with every table where its first letter stands."""
    edges = list(_edges(page))
    reader = _Reader(text_page, find_tables(edges))
    for index in range(text_page.count_chars()):
        reader.take(index)
    rules = Rules(edges)
    return [
        replace(item, is_ruled=True)
        if isinstance(item, Line) and rules.is_under(item.left, item.right, item.bottom, item.size)
        else item
        for item in reader.finish()
    ]


class _Reader:
    def __init__(self, text_page: Any, tables: list[Table]) -> None:  # noqa: ANN401
        self._page = text_page
        self._composed = composed(text_page)
        self._tables = tables
        self._found: list[Line | Table] = []
        self._texts: dict[Cell, CellText] = {}
        self._baseline = 0.0
        self._words: list[Word] = []
        self._fonts: Counter[tuple[float, bool, bool]] = Counter()
        self._names: Counter[str] = Counter()
        self._letters: list[str] = []
        self._first = self._last = 0
        self._cell: Cell | None = None
        self._table: Table | None = None
        self._beside: tuple[int, Edge] | None = None
        """The letter before, when it is no blank, and its box."""
        self._box = tuple(ctypes.c_double() for _ in range(4))
        self._matrix = _raw.FS_MATRIX()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()

    def take(self, index: int) -> None:
        letter = self._composed.get(index)
        if letter is None:
            letter = readable(chr(_raw.FPDFText_GetUnicode(self._page, index)))
        if not letter:
            return
        if self._tables and self._is_in_table(index, letter):
            if self._cell:
                self._take_into(self._cell, letter, index)
            if self._table and self._table not in self._found:
                self._end_line()
                self._found.append(self._table)
        elif letter == "\n":
            self._end_line()
        elif letter.isspace():
            self._end_word()
        else:
            if not self._letters:
                self._first = index
            self._last = index
            self._letters.append(letter)

    def finish(self) -> list[Line | DrawnTable]:
        self._end_line()
        found: list[Line | DrawnTable] = []
        for item in self._found:
            if isinstance(item, Line):
                found.append(item)
            elif text := drawn_text(item, self._texts):
                found.append(DrawnTable(text))
        return found

    def _is_in_table(self, index: int, letter: str) -> bool:
        """Return whether a character is in a table; blanks and line ends of PDFium belong to the one before."""
        if letter.isspace():
            self._beside = None
        if _raw.FPDFText_IsGenerated(self._page, index) != 1 and (box := self._box_of(index)):
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            is_beyond = self._cell is None or not _is_in(x, y, self._cell.box)
            if is_beyond and not (self._cell and self._goes_on(index, box)):
                self._table = next((item for item in self._tables if _is_in(x, y, item.box)), None)
                cells = self._table.cells if self._table else ()
                self._cell = next((item for item in cells if _is_in(x, y, item.box)), None)
            self._beside = None if letter.isspace() else (index, box)
        return self._table is not None

    def _goes_on(self, index: int, box: Edge) -> bool:
        """Tell whether a letter is drawn with the word before it, and beside it: the word is too long for its cell."""
        if self._beside is None:
            return False
        last, (_, bottom, right, top) = self._beside
        is_near = abs(box[0] - right) < _WIDEST_LETTER_GAP * max(top - bottom, box[3] - box[1])
        return is_near and self._object_of(index) == self._object_of(last)

    def _object_of(self, index: int) -> int:
        return ctypes.cast(_raw.FPDFText_GetTextObject(self._page, index), ctypes.c_void_p).value or 0

    def _take_into(self, cell: Cell, letter: str, index: int) -> None:
        """Add a letter to its cell; blanks and line ends of PDFium are on the baseline of the one before."""
        text = self._texts.setdefault(cell, CellText())
        x, y = ctypes.c_double(), ctypes.c_double()
        is_own = _raw.FPDFText_IsGenerated(self._page, index) != 1
        if is_own and _raw.FPDFText_GetCharOrigin(self._page, index, x, y):
            self._baseline = y.value
            _, is_bold, _ = self._font(index)
            if draws(self._name.value.decode("latin-1")):
                return
            if not text.letters:
                text.is_bold = is_bold
        text.letters.append((letter, self._baseline))

    def _box_of(self, index: int) -> Edge | None:
        """Return left, bottom, right and top."""
        left, right, bottom, top = self._box
        if not _raw.FPDFText_GetCharBox(self._page, index, left, right, bottom, top):
            return None
        return left.value, bottom.value, right.value, top.value

    def _end_word(self) -> None:
        if not self._letters:
            return
        # Letters beyond the first plane come in two halves.
        text = "".join(self._letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        first, last = self._box_of(self._first), self._box_of(self._last)
        style = self._font(self._first)
        font = self._name.value.decode("latin-1")
        if first and last and not draws(font):
            box = (min(first[0], last[0]), max(first[2], last[2]), min(first[1], last[1]), max(first[3], last[3]))
            self._words.append(Word(text, *box))
            self._fonts[style] += len(text)
            self._names[font] += len(text)
        self._letters = []

    def _end_line(self) -> None:
        self._end_word()
        if self._words:
            (size, is_bold, is_fixed), _ = self._fonts.most_common(1)[0]
            is_broken = self._words[-1].text.endswith(HYPHENS)
            words = [_without_hyphen(word) for word in self._words]
            kept = tuple(word for word in words if word.text)
            font = self._names.most_common(1)[0][0]
            self._found.append(Line(kept, size, is_bold, is_fixed, is_broken, font))
            if not kept:
                self._found.pop()
        self._words, self._fonts, self._names = [], Counter(), Counter()

    def _font(self, index: int) -> tuple[float, bool, bool]:
        """Return size in points, and whether it is bold and of fixed pitch."""
        size = _raw.FPDFText_GetFontSize(self._page, index)
        if _raw.FPDFText_GetMatrix(self._page, index, self._matrix):
            size *= (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        _raw.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_BYTES, self._flags)
        name = self._name.value.decode("latin-1")
        is_bold = _raw.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT or "bold" in name.lower()
        is_fixed = bool(self._flags.value & _FIXED_PITCH) or _FIXED_NAMES.search(name) is not None
        return round(size, 1), is_bold, is_fixed


def _without_hyphen(word: Word) -> Word:
    text = rejoined(word.text)
    return word if text == word.text else Word(text, word.left, word.right, word.bottom, word.top)


def _is_in(x: float, y: float, box: Edge) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _edges(page: Any) -> Iterator[Edge]:  # noqa: ANN401
    """Yield the straight edges of all paths on the page itself, a form's paths left aside."""
    left = _MOST_SEGMENTS
    for item in page.get_objects(filter=[_raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        count = _raw.FPDFPath_CountSegments(item)
        left -= max(count, 1)
        if left < 0:
            return
        matrix = item.get_matrix()
        for path in _subpaths(item, count):
            points = [matrix.on_point(x, y) for x, y in path]
            for (x0, y0), (x1, y1) in pairwise(points):
                yield x0, y0, x1, y1


def _subpaths(item: Any, count: int) -> Iterator[list[tuple[float, float]]]:  # noqa: ANN401
    """Yield the points of each run of straight lines; a curve ends a run."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(count):
        segment = _raw.FPDFPath_GetPathSegment(item, index)
        if not _raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        if _raw.FPDFPathSegment_GetType(segment) != _raw.FPDF_SEGMENT_LINETO:
            yield points
            points = []
        points.append((x.value, y.value))
        if _raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    yield points
