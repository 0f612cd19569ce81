"""Lines of a PDF that PDFium cuts at raised letters: the mark of a footnote, a power, the logo of a program."""

import re
from collections.abc import Iterable
from dataclasses import replace

from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, Word

_WIDEST_GAP = 0.6
"""Blank between two parts of a line against the size of the letters, at most; between columns it is wider."""
_DEEPEST_OVERLAP = 0.4
_SHARED = 0.5
"""Part of the lower one's height that both are on, at least."""
_CLOSING = re.compile(r"[,.;:!?)\]”“’»]")  # noqa: RUF001


def with_raised(items: Iterable[Line | DrawnTable]) -> list[Line | DrawnTable]:
    """Return the lines with those joined that stand directly beside each other."""
    joined: list[Line | DrawnTable] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(last, Line) and isinstance(item, Line) and _is_beside(last, item):
            joined[-1] = _joined(last, item)
        else:
            joined.append(item)
    return joined


def _is_beside(line: Line, after: Line) -> bool:
    size = max(line.size, after.size)
    shared = min(line.top, after.top) - max(line.bottom, after.bottom)
    lower = min(line.top - line.bottom, after.top - after.bottom)
    return (
        not line.is_broken
        and line.is_fixed == after.is_fixed
        and shared > _SHARED * lower
        and -_DEEPEST_OVERLAP * size <= after.left - line.right <= _WIDEST_GAP * size
    )


def _joined(line: Line, after: Line) -> Line:
    words = (*line.words, *after.words)
    if _CLOSING.match(after.text):
        last, first = line.words[-1], after.words[0]
        box = (last.left, first.right, min(last.bottom, first.bottom), max(last.top, first.top))
        words = (*line.words[:-1], Word(last.text + first.text, *box), *after.words[1:])
    longer = max(line, after, key=lambda part: len(part.text))
    return replace(longer, words=words, is_broken=after.is_broken)
