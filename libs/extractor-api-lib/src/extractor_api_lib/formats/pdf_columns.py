"""Columns of a PDF page whose rows are drawn across them, put one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean, median

from extractor_api_lib.formats.pdf_lines import Line

_LEAST_GUTTER = 7.0
"""Narrowest blank between two columns, in points; justified lines have blanks of up to 6 points."""
_LEAST_ROWS = 4
_MOST_ROWS = 400
_LEAST_WORDS = 2.5
"""Words in a row of a column, on average; the cells of a table without lines are shorter."""
_LEAST_FILL = 0.6
"""Part of its column's width that a row of prose takes up, in the median."""


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """Return lines in reading order: rows that run across columns are taken apart, and each column is read by itself.

    Columns that are drawn one after the other are in order already.
    """
    ordered: list[Line] = []
    start = 0
    while start < len(lines):
        end, gutter = max(
            (
                (_end_of_run(lines, start, (left + right) / 2), (left + right) / 2)
                for left, right in _gaps(lines[start])
            ),
            default=(start, 0.0),
        )
        columns = _split(lines[start:end], gutter)
        ordered += columns or [lines[start]]
        start = end if columns else start + 1
    return ordered


def _gaps(line: Line) -> Iterator[tuple[float, float]]:
    """Yield the two ends of each blank that may be a gutter."""
    words = sorted(line.words, key=lambda word: word.left)
    for before, after in pairwise(words):
        if after.left - before.right >= _LEAST_GUTTER:
            yield before.right, after.left


def _end_of_run(lines: Sequence[Line], start: int, gutter: float) -> int:
    """Return the number of the first line that a blank at `gutter` does not go through, or lies beside.

    A line beside it is in one of the columns alone, as the last lines of the longer one are.
    """
    last = start
    for number in range(start, min(len(lines), start + _MOST_ROWS)):
        line = lines[number]
        is_beside = line.right <= gutter or line.left >= gutter
        if not is_beside and not any(left <= gutter <= right for left, right in _gaps(line)):
            break
        last = number
    return last + 1


def _split(run: Sequence[Line], gutter: float) -> list[Line]:
    """Return the rows of a run column by column where they are columns of prose, else none."""
    left = [part for line in run if (part := _part(line, gutter, is_left=True))]
    right = [part for line in run if (part := _part(line, gutter, is_left=False))]
    rows = sum(1 for line in run if line.left < gutter < line.right)
    if rows < _LEAST_ROWS or not (_is_prose(left) and _is_prose(right)):
        return []
    return [*in_columns(left), *in_columns(right)]


def _part(line: Line, gutter: float, *, is_left: bool) -> Line | None:
    words = tuple(word for word in line.words if (word.left < gutter) == is_left)
    ends_here = bool(words) and words[-1] is line.words[-1]
    return replace(line, words=words, is_broken=line.is_broken and ends_here) if words else None


def _is_prose(lines: list[Line]) -> bool:
    if not lines:
        return False
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    filled = median((line.right - line.left) / ((right - left) or 1) for line in lines)
    return filled >= _LEAST_FILL and mean(len(line.words) for line in lines) >= _LEAST_WORDS
