"""Text and tables of one PDF page, in reading order."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.pdf_tables import Cell, Table, find_tables
from extractor_api_lib.models import PieceType

_raw: Any = pypdfium2.raw
_MOST_SEGMENTS = 50_000
Edge = tuple[float, float, float, float]


def pieces_of(page: Any, text_page: Any, number: int) -> Iterator[Found]:  # noqa: ANN401 (pypdfium2 has no types)
    """Yield the page's text, with every table where its first letter stands."""
    tables = find_tables(_edges(page))
    if not tables:
        if text := _clean(str(text_page.get_text_bounded())):
            yield Found(text, page=number)
        return
    texts: dict[Cell, list[str]] = {}
    runs: list[list[str] | Table] = []
    for character, cell, table in _placed_characters(text_page, tables):
        if cell:
            texts.setdefault(cell, []).append(character)
        if table and table not in runs:
            runs.append(table)
        elif not table:
            if not runs or isinstance(runs[-1], Table):
                runs.append([])
            last = runs[-1]
            if isinstance(last, list):
                last.append(character)
    for run in runs:
        if isinstance(run, Table):
            if text := table_text(_rows(run, texts)):
                yield Found(text, PieceType.TABLE, number)
        elif text := _clean("".join(run)):
            yield Found(text, page=number)


def _clean(text: str) -> str:
    # PDFium writes U+FFFE and U+0002 where a word was broken at the end of a line.
    joined = text.replace("\r\n", "\n").replace("\0", "")
    for mark in ("\ufffe", "\x02"):
        joined = joined.replace(f"{mark}\n", "").replace(mark, "")
    return joined.strip()


def _rows(table: Table, texts: dict[Cell, list[str]]) -> list[list[str]]:
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row][cell.column] = _clean("".join(texts.get(cell, [])))
    return rows


def _placed_characters(text_page: Any, tables: list[Table]) -> Iterator[tuple[str, Cell | None, Table | None]]:  # noqa: ANN401
    """Yield every character with the cell and table it stands in.

    Blanks and line ends that PDFium adds have no place of their own; they go with the character before them.
    """
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    cell: Cell | None = None
    table: Table | None = None
    for index in range(text_page.count_chars()):
        character = chr(_raw.FPDFText_GetUnicode(text_page, index))
        if _raw.FPDFText_IsGenerated(text_page, index) != 1 and _raw.FPDFText_GetCharBox(
            text_page, index, left, right, bottom, top
        ):
            x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            if cell is None or not _is_in(x, y, cell.box):
                table = next((item for item in tables if _is_in(x, y, item.box)), None)
                cell = next((item for item in table.cells if _is_in(x, y, item.box)), None) if table else None
        yield character, cell, table


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
