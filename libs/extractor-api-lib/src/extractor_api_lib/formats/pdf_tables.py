"""Tables of a PDF page, found by the lines drawn around their cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median_high, median_low

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points, as PDFium orders them."""

_SNAP = 3.0
_SHORTEST_LINE = 6.0
_NARROWEST_CELL = 6.0
"""Width or height of a cell at an open side of a table, in points, at least."""
_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal or vertical line: its place across and its two ends along, in points."""

    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the row and column of its upper left corner, from 0; a merged cell's box covers all it spans."""

    row: int
    column: int
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of at least two rows and two columns."""

    box: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]


def find_tables(edges: Iterable[tuple[float, float, float, float]]) -> list[Table]:
    """Return the tables that straight edges, given by their two ends, draw; from the top of the page down."""
    horizontal: list[Line] = []
    vertical: list[Line] = []
    for x0, y0, x1, y1 in edges:
        if abs(y1 - y0) < 1 and abs(x1 - x0) >= _SHORTEST_LINE:
            horizontal.append(Line((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) < 1 and abs(y1 - y0) >= _SHORTEST_LINE:
            vertical.append(Line((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(horizontal) + len(vertical) > _MOST_LINES:
            # A drawing, not tables.
            return []
    tables = [_table(group) for group in _connected(_joined(horizontal), _joined(vertical))]
    return sorted((table for table in tables if table), key=lambda table: (-table.box[3], table.box[0]))


def _joined(lines: list[Line]) -> list[Line]:
    """Return lines in which those at one place that touch or overlap are one."""
    joined: list[Line] = []
    for line in sorted(_snapped(lines), key=lambda line: (line.place, line.start)):
        last = joined[-1] if joined else None
        if last and last.place == line.place and line.start <= last.end + _SNAP:
            joined[-1] = Line(last.place, last.start, max(last.end, line.end))
        else:
            joined.append(line)
    return joined


def _snapped(lines: list[Line]) -> Iterator[Line]:
    places = _clusters(line.place for line in lines)
    for line in sorted(lines, key=lambda line: line.place):
        yield Line(_nearest(places, line.place), line.start, line.end)


def _clusters(values: Iterable[float]) -> list[float]:
    """Return the first of each run of values that lie closer together than lines of a table do."""
    places: list[float] = []
    last = float("-inf")
    for value in sorted(values):
        if value - last > _SNAP:
            places.append(value)
        last = value
    return places


def _nearest(places: list[float], value: float) -> float:
    return min(places, key=lambda place: abs(place - value))


def _connected(horizontal: list[Line], vertical: list[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Yield groups of lines that cross or touch."""
    left_over = list(vertical)
    unseen = list(horizontal)
    while unseen:
        group: tuple[list[Line], list[Line]] = ([unseen.pop()], [])
        grown = True
        while grown:
            crossing = [line for line in left_over if any(_cross(other, line) for other in group[0])]
            left_over = [line for line in left_over if line not in crossing]
            group[1].extend(crossing)
            touched = [line for line in unseen if any(_cross(line, other) for other in crossing)]
            unseen = [line for line in unseen if line not in touched]
            group[0].extend(touched)
            grown = bool(touched)
        yield group


def _cross(horizontal: Line, vertical: Line) -> bool:
    return (
        horizontal.start - _SNAP <= vertical.place <= horizontal.end + _SNAP
        and vertical.start - _SNAP <= horizontal.place <= vertical.end + _SNAP
    )


def _table(group: tuple[list[Line], list[Line]]) -> Table | None:
    horizontal, vertical = group
    xs = _with_ends(_clusters(line.place for line in vertical), horizontal)
    ys = _with_ends(_clusters(line.place for line in horizontal), vertical)[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2:
        return None

    def is_open_right(row: int, column: int) -> bool:
        middle = (ys[row] + ys[row + 1]) / 2
        return not any(_passes(line, xs[column + 1], middle) for line in vertical)

    def is_open_below(row: int, column: int) -> bool:
        middle = (xs[column] + xs[column + 1]) / 2
        return not any(_passes(line, ys[row + 1], middle) for line in horizontal)

    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            right, below = column, row
            while right + 1 < columns and is_open_right(row, right):
                right += 1
            while below + 1 < rows and is_open_below(below, column):
                below += 1
            taken.update((r, c) for r in range(row, below + 1) for c in range(column, right + 1))
            cells.append(Cell(row, column, (xs[column], ys[below + 1], xs[right + 1], ys[row])))
    if len(cells) < 4:
        return None
    return Table((xs[0], ys[-1], xs[-1], ys[0]), rows, columns, tuple(cells))


def _with_ends(places: list[float], across: list[Line]) -> list[float]:
    """Return places with those where most lines across end, further out: many tables are open at their sides."""
    if not across or not places:
        return places
    first, last = median_low(line.start for line in across), median_high(line.end for line in across)
    before = [first] if places[0] - first > _NARROWEST_CELL else []
    behind = [last] if last - places[-1] > _NARROWEST_CELL else []
    return [*before, *places, *behind]


def _passes(line: Line, place: float, along: float) -> bool:
    return abs(line.place - place) <= _SNAP and line.start <= along <= line.end
