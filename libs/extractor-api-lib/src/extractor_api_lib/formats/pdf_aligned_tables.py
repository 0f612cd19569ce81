"""Tables of a PDF page without lines around their cells, found by the blanks between their columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from extractor_api_lib.formats.found import table_text
from extractor_api_lib.formats.header_words import reads_apart
from extractor_api_lib.formats.pdf_furniture import Page
from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, Word
from extractor_api_lib.formats.pdf_table_headers import looks_apart

_LEAST_BLANK = 9.0
"""Narrowest blank between two cells, in points; LaTeX leaves 12, and the blanks of a justified line are up to 6."""
_LEAST_GUTTER = 5.0
"""Narrowest blank that goes through all rows between two columns, in points."""
_LEAST_ROWS = 3
_WIDEST_STEP = 3.0
"""Distance between the baselines of two rows against their letters, at most."""
_WRAPPED_STEP = 1.6
_FOOTNOTE = 0.86
"""Letters of a footnote against those of a table above it, at most."""
_SAME_PLACE = 2.0
"""Distance between the same column on two pages, at its left or right end, in points, at most."""
_MOST_WORDS = 6
"""Words in a cell of the first of two columns, in the median, at most: more are prose beside prose."""
_MARK = re.compile(r"[•‣◦▪●○■□➢✓∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\d+(\.\d+)+\.?")  # noqa: RUF001
"""In front of an item or a heading, with a blank behind it as wide as between two cells."""
_CODE = re.compile(r"[;{}]$")
"""The end of a line of code, whose declarations are often set in columns."""


@dataclass(slots=True, eq=False)
class _Column:
    left: float
    right: float


@dataclass(slots=True)
class _Grid:
    """Rows that stand below each other, as the words of each column."""

    columns: list[_Column] = field(default_factory=list[_Column])
    """From left to right."""
    rows: list[dict[_Column, list[Word]]] = field(default_factory=list[dict[_Column, list[Word]]])
    lines: list[Line] = field(default_factory=list[Line])
    """The first line of each row."""
    last: Line | None = None

    def take(self, line: Line) -> bool:
        """Add a line as a row, or to the cells of the last one; tell whether it fits."""
        cells = _cells(line)
        if self.last and not 0 < self.last.bottom - line.bottom <= _WIDEST_STEP * max(line.size, self.last.size):
            return False
        if len(cells) < 2:
            return self._go_on(line)
        if (row := self._row(cells)) is None:
            return False
        for column, cell in row.items():
            column.left, column.right = min(column.left, cell[0].left), max(column.right, cell[-1].right)
        self.columns = sorted({*self.columns, *row}, key=lambda column: column.left)
        self.rows.append(row)
        self.lines.append(line)
        self.last = line
        return True

    def _go_on(self, line: Line) -> bool:
        """Add the further line of a cell that is not in the first column to its row."""
        if not self.last or self.last.bottom - line.bottom > _WRAPPED_STEP * self.last.size:
            return False
        column = next((column for column in self.columns[1:] if abs(column.left - line.left) < 1), None)
        if column is None or column not in self.rows[-1]:
            return False
        if any(other.left < line.right + _LEAST_GUTTER for other in self.columns if other.left > column.left):
            return False
        self.rows[-1][column] += line.words
        column.right = max(column.right, line.right)
        self.last = line
        return True

    def _row(self, cells: Sequence[list[Word]]) -> dict[_Column, list[Word]] | None:
        """Return cells by their columns; None where one is in two columns, two are in one, or one is in none.

        The first two rows tell the columns: the header often has none above the names of the rows.
        """
        row: dict[_Column, list[Word]] = {}
        for cell in cells:
            left, right = cell[0].left - _LEAST_GUTTER, cell[-1].right + _LEAST_GUTTER
            touched = [column for column in self.columns if left < column.right and column.left < right]
            if not touched and len(self.rows) < 2:
                touched = [_Column(cell[0].left, cell[-1].right)]
            if len(touched) != 1 or touched[0] in row:
                return None
            row[touched[0]] = cell
        is_below = not self.columns or any(column in row for column in self.columns)
        return row if is_below else None

    def is_table(self, *, goes_on: bool) -> bool:
        """Tell whether there are enough rows, and cells rather than two texts beside each other."""
        if len(self.rows) < (1 if goes_on else _LEAST_ROWS):
            return False
        first = [len(row[self.columns[0]]) for row in self.rows if self.columns[0] in row]
        return len(self.columns) > 2 or median(first) <= _MOST_WORDS

    def has_columns_of(self, before: Sequence[_Column]) -> bool:
        """Tell whether its columns stand where those of a table on the page before do."""
        return len(self.columns) == len(before) and all(
            min(abs(own.left - other.left), abs(own.right - other.right)) <= _SAME_PLACE
            for own, other in zip(self.columns, before, strict=True)
        )

    def texts(self) -> list[list[str]]:
        """Return the text of each cell."""
        return [[" ".join(word.text for word in row.get(column, ())) for column in self.columns] for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table at the end of a page, for what is on the next one."""

    columns: Sequence[_Column]
    header: list[str] | None
    size: float

    def ends_before(self, items: Sequence[Line | DrawnTable]) -> bool:
        """Tell whether something else than footnotes follows it on its page."""
        return any(isinstance(item, DrawnTable) or item.size > _FOOTNOTE * self.size for item in items)


def with_aligned_tables(pages: Sequence[Page]) -> Iterator[Page]:
    """Yield pages, runs of at least three lines whose cells stand below each other as one table.

    Without it the bold first row would be a heading, and the others a sentence. Code and items of lists are no rows.
    A table whose first row is not a header begins with an empty line. One that goes on over a page break has the header
    of the page before.
    """
    before: _Table | None = None
    for page in pages:
        items: list[Line | DrawnTable] = []
        before = _take_tables(page.items, before, items)
        yield replace(page, items=tuple(items))


def _take_tables(
    items: Sequence[Line | DrawnTable], before: _Table | None, found: list[Line | DrawnTable]
) -> _Table | None:
    """Add the lines and tables of a page to those found, and return the table that it ends with."""
    start = 0
    table: _Table | None = None
    while start < len(items):
        grid, end = _grid(items, start)
        earlier = before if before and not start and grid.has_columns_of(before.columns) else None
        if grid.is_table(goes_on=earlier is not None) and any(map(any, texts := grid.texts())):
            header, body = _with_header(texts, grid.lines, earlier)
            top = table_text([header]) if header else ""
            found.append(DrawnTable(f"{top}\n{table_text(body)}" if body else top))
            table = _Table(grid.columns, header, max(line.size for line in grid.lines))
            start = end
        else:
            # The last row may be the first of a table: it did not fit with those before it.
            following = max(start + 1, end - 1)
            found += items[start:following]
            if table and table.ends_before(items[start:following]):
                table = None
            start = following
    return table


def _with_header(
    texts: list[list[str]], lines: Sequence[Line], earlier: _Table | None
) -> tuple[list[str] | None, list[list[str]]]:
    """Return the header of a table, which that of the page before may be, and its other rows."""
    if looks_apart(lines) or (earlier and texts[0] == earlier.header):
        return texts[0], texts[1:]
    if earlier:
        return earlier.header, texts
    return (texts[0], texts[1:]) if reads_apart(texts) else (None, texts)


def _grid(items: Sequence[Line | DrawnTable], start: int) -> tuple[_Grid, int]:
    """Return the rows that begin with an item, and the number of the first item behind them."""
    grid = _Grid()
    end = start
    for item in items[start:]:
        if isinstance(item, DrawnTable) or item.is_fixed or (not grid.rows and len(_cells(item)) < 2):
            break
        if _MARK.fullmatch(item.words[0].text) or _CODE.search(item.text) or not grid.take(item):
            break
        end += 1
    return grid, end


def _cells(line: Line) -> list[list[Word]]:
    """Return the words of a line in runs without a wide blank."""
    cells: list[list[Word]] = []
    for word in sorted(line.words, key=lambda word: word.left):
        if cells and word.left - cells[-1][-1].right < max(_LEAST_BLANK, 0.9 * line.size):
            cells[-1].append(word)
        else:
            cells.append([word])
    return cells
