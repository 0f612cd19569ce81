"""Whether the first row of a table is its header, by what is in its cells."""

import re
from collections.abc import Sequence

_NO_PLAIN_WORD = re.compile(r"[\d/\\_<>=$@~*{}%€£#+]")
"""In a number, an amount, a key, a path or code, but not in the name of a column."""
_YEAR = re.compile(r"(19|20)\d\d")
_MOST_WORDS = 3
"""In a cell that holds a number or the like, rather than a sentence that mentions one, at most."""


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


def reads_alike(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row is one like the others: it has a number where all have one, or a name with a colon.

    Years above columns are a header.
    """
    first, *others = rows
    if not others or not first:
        return False
    if first[0].endswith(":"):
        return True
    columns = [(cell, [row[column] for row in others]) for column, cell in enumerate(first)]
    if any(not _is_no_word(top) and all(map(_is_no_word, cells)) for top, cells in columns if top):
        return False
    return any(
        _is_no_word(top) and not _YEAR.fullmatch(top) and all(map(_is_no_word, cells)) for top, cells in columns[1:]
    )


def _is_no_word(cell: str) -> bool:
    return _NO_PLAIN_WORD.search(cell) is not None and len(cell.split()) <= _MOST_WORDS
