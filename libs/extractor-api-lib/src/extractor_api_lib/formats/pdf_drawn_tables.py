"""The text of tables that are drawn on a PDF page: their rows, and whether the first one is a header."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from extractor_api_lib.formats.found import table_text
from extractor_api_lib.formats.header_words import reads_alike
from extractor_api_lib.formats.pdf_hyphens import rejoined
from extractor_api_lib.formats.pdf_tables import Cell, Table

_SAME_LINE = 3.0
"""Distance between the baselines of letters in one line, in points, at most."""
_LEAST_LINES = 3
"""Lines in a row of cells that may be rows themselves, at least: two are a cell that goes on in a second line."""
_PICTURE_COLUMNS = 8
_PICTURE_FILLED = 0.2
"""Part of the cells of a grid that is no table, at most."""
_MOST_WORDS = 6
"""Words in a line of the first of such cells, in the median, at most: more are prose."""


@dataclass(slots=True)
class CellText:
    """The contents of a cell: its letters in the order of the page, with their baselines; whether it begins bold."""

    letters: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    is_bold: bool = False

    def text(self) -> str:
        """Return it as one text."""
        return _plain("".join(letter for letter, _ in self.letters))

    def lines(self) -> dict[float, str]:
        """Return its lines by their baselines, from the top."""
        found: dict[float, list[str]] = {}
        for letter, baseline in self.letters:
            place = next((place for place in found if abs(place - baseline) <= _SAME_LINE), baseline)
            found.setdefault(place, []).append(letter)
        texts = ((place, _plain("".join(letters))) for place, letters in found.items())
        return dict(sorted(((place, text) for place, text in texts if text), reverse=True))


def drawn_text(table: Table, texts: Mapping[Cell, CellText]) -> str:
    """Return the rows of a table as lines; the first line is empty where no row is a header."""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        by_row[cell.row].append(cell)
    rows: list[list[str]] = []
    for number in range(table.rows):
        cells = by_row[number]
        rows += _unruled_rows(table, cells, texts) or [_row(table, cells, texts)]
    if _is_picture(rows):
        return "\n".join(" ".join(" ".join(row).split()) for row in rows if any(row))
    rows = [row for row in rows if any(row)]
    text = table_text(rows)
    return f"\n{text}" if text and not _has_header(table, texts, rows) else text


def _is_picture(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether cells are those of staves of music, a chart or another grid that is mostly empty."""
    cells = [cell for row in rows for cell in row]
    return bool(rows) and len(rows[0]) >= _PICTURE_COLUMNS and sum(map(bool, cells)) <= _PICTURE_FILLED * len(cells)


def _row(table: Table, cells: Sequence[Cell], texts: Mapping[Cell, CellText]) -> list[str]:
    row = [""] * table.columns
    for cell in cells:
        row[cell.column] = texts[cell].text() if cell in texts else ""
    return row


def _unruled_rows(table: Table, cells: Sequence[Cell], texts: Mapping[Cell, CellText]) -> list[list[str]]:
    """Return the rows that stand between two lines drawn across a table, without lines of their own; else none.

    The first cell and another one have text in each of them, and no cell has some elsewhere.
    """
    if len(cells) < table.columns:
        return []
    lines = [texts[cell].lines() if cell in texts else {} for cell in cells]
    places = list(lines[0])
    if len(places) < _LEAST_LINES or median(len(text.split()) for text in lines[0].values()) > _MOST_WORDS:
        return []
    rows = [[_at(place, cell) for cell in lines] for place in places]
    is_whole = all(
        sum(map(bool, column)) == len(cell) for column, cell in zip(zip(*rows, strict=True), lines, strict=True)
    )
    has_partner = any(len(cell) == len(places) for cell in lines[1:])
    return rows if is_whole and has_partner else []


def _at(place: float, lines: Mapping[float, str]) -> str:
    return next((text for other, text in lines.items() if abs(other - place) <= _SAME_LINE), "")


def _has_header(table: Table, texts: Mapping[Cell, CellText], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns: most do that have lines around them, unless something denies it."""
    bold = {(cell.row, cell.column) for cell in table.cells if cell in texts and texts[cell].is_bold}
    filled = {(cell.row, cell.column) for cell in table.cells if cell in texts and texts[cell].text()}
    top, below = {place for place in filled if place[0] == 0}, {place for place in filled if place[0] > 0}
    if top and top <= bold and not below <= bold:
        return True
    names = {place for place in filled if place[1] == 0}
    if len(names) > 1 and names <= bold and not bold - names:
        # The names of the rows are bold, and nothing else is.
        return False
    return not reads_alike(rows)


def _plain(text: str) -> str:
    return rejoined(text.replace("\r\n", "\n").replace("\0", "")).strip()
