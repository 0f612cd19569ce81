"""Whether the first row of a table without lines is its header: something has to set it apart from the others."""

import re
from collections.abc import Sequence
from itertools import dropwhile

from extractor_api_lib.formats.pdf_lines import Line

_NO_PLAIN_WORD = re.compile(r"[\d/\\_<>=$@~*{}%€£#+]")
"""In a number, an amount, a key, a path or code, but not in the name of a column."""
_MOST_WORDS = 3
"""In a cell that holds a number or the like, rather than a sentence that mentions one, at most."""


def looks_apart(rows: Sequence[Line]) -> bool:
    """Tell whether the first of rows is bold, in a different font or size than all others, or has a rule under it.

    A rule under each of the rows, or bold letters in some rows below, tell nothing.
    """
    first, *others = rows
    if not others:
        return False
    below = list(dropwhile(lambda row: row.is_bold, others))
    if first.is_bold and below and 2 * sum(row.is_bold for row in below) < len(below):
        return True
    # The last row of a table has the rule at its end.
    if first.is_ruled and not any(row.is_ruled for row in others[:-1]):
        return True
    sizes, fonts = {row.size for row in others}, {row.font for row in others}
    return first.size not in sizes or (len(fonts) == 1 and first.font not in fonts)


def reads_apart(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row has words above a column of numbers, paths or keys, or nothing above the names."""
    first, *others = rows
    if len(others) < 2:
        return False
    if not first[0] and all(row[0] for row in others):
        return True
    return any(
        cell and not _NO_PLAIN_WORD.search(cell) and all(_is_no_word(row[column]) for row in others)
        for column, cell in enumerate(first)
    )


def _is_no_word(cell: str) -> bool:
    return _NO_PLAIN_WORD.search(cell) is not None and len(cell.split()) <= _MOST_WORDS
