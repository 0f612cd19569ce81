"""What a PDF page has besides its text: running heads and feet, page numbers, and the lines of a table of contents."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor_api_lib.formats.pdf_lines import DrawnTable, Line

_AT_EDGE = 3
"""Lines at the top and at the bottom of a page that may be running heads and feet."""
_LEAST_REPEATS = 3
_LEAST_SHARE = 0.3
"""Part of the pages that have a line by itself at one place of their edge, when such lines are heads."""
_GAP = 1.8
"""Distance of a head from the text against the size of its letters, at least."""
_SNAP = 3.0
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(
    r"(\W*(page|seite|s\.|p\.))?\W*(\d{1,4}|[ivxlc]{1,7})(\W*(of|von|/)\W*\d{1,4})?\W*", re.IGNORECASE
)
_LEADER = re.compile(r"(\.\s?){4,}\s*(\d{1,4}|[ivxlc]{1,7})?\s*$|[…·_]{3,}\s*\d{1,4}\s*$|(\s\.){3,}")
_CONTENTS = re.compile(
    r"\W*(table of )?contents\W*|\W*inhalt(sverzeichnis|sübersicht)?\W*|\W*list of (figures|tables)\W*"
    r"|\W*(abbildungs|tabellen)verzeichnis\W*",
    re.IGNORECASE,
)
_ENDS_WITH_PAGE = re.compile(r"\S\s+(\d{1,4}|[ivxlc]{1,7})\s*$")
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its number, from 1, and what is on it in reading order."""

    number: int
    items: tuple[Line | DrawnTable, ...]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without running heads and feet, page numbers and tables of contents."""
    edges = [_at_edges(page) for page in pages]
    repeated = Counter(key for lines in edges for key in {_key(line) for line in lines})
    apart = Counter(_place(line) for lines in edges for line in _apart(lines))
    least = max(_LEAST_REPEATS, _LEAST_SHARE * len(pages))
    places = {place for place, count in apart.items() if count >= least}
    cleaned: list[Page] = []
    is_contents = False
    for page, lines in zip(pages, edges, strict=True):
        by_itself = {id(line) for line in _apart(lines) if _place(line) in places}
        heads = by_itself | {id(line) for line in lines if _is_furniture(line, repeated)}
        kept = [item for item in page.items if id(item) not in heads]
        texts = [item.text for item in kept if isinstance(item, Line)]
        is_contents = _is_contents(texts, after_contents=is_contents)
        if is_contents:
            kept = [item for item in kept if isinstance(item, DrawnTable) or not _is_entry(item.text)]
        cleaned.append(Page(page.number, tuple(item for item in kept if not _is_leader(item))))
    return cleaned


def _at_edges(page: Page) -> list[Line]:
    lines = sorted((item for item in page.items if isinstance(item, Line)), key=lambda line: -line.bottom)
    return lines if len(lines) <= 2 * _AT_EDGE else [*lines[:_AT_EDGE], *lines[-_AT_EDGE:]]


def _key(line: Line) -> tuple[str, int]:
    """Return what two running heads have in common: their words and their place, whatever the page."""
    return _NUMBER.sub("0", line.text.lower()), round(line.bottom / _SNAP / 2)


def _place(line: Line) -> tuple[int, float]:
    """Return where a line stands and how large its letters are: heads of all chapters have this in common."""
    return round(line.bottom / _SNAP), line.size


def _apart(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the first and the last of lines where they are farther from the text than its lines from each other."""
    for line, neighbour in ((lines[0], lines[1]), (lines[-1], lines[-2])) if len(lines) > _AT_EDGE else ():
        if abs(line.bottom - neighbour.bottom) >= _GAP * line.size:
            yield line


def _is_furniture(line: Line, repeated: Counter[tuple[str, int]]) -> bool:
    return _PAGE_NUMBER.fullmatch(line.text) is not None or repeated[_key(line)] >= _LEAST_REPEATS


def _is_leader(item: Line | DrawnTable) -> bool:
    return isinstance(item, Line) and _LEADER.search(item.text) is not None


def _is_contents(texts: Sequence[str], *, after_contents: bool) -> bool:
    if not texts:
        return False
    begins = any(_CONTENTS.fullmatch(text) for text in texts[:6])
    return (begins or after_contents) and sum(map(_is_entry, texts)) >= _MOSTLY * len(texts)


def _is_entry(text: str) -> bool:
    return (
        _LEADER.search(text) is not None or _ENDS_WITH_PAGE.search(text) is not None or bool(_CONTENTS.fullmatch(text))
    )
