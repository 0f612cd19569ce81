"""From what the extractor found to pieces small enough to be quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from admin_api_lib.neighbours import FoundBlock
from rag_core_lib.wire.pieces import InformationPiece, PieceType

_PARAGRAPH_END = "\n\n"
_BLANK = re.compile(r"\s+")
_LEAST_SECTION = 4
"""A section shorter than this part of a piece shares its piece with the next one."""


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Longest piece and what it repeats of the one before it, in characters."""

    characters: int
    overlap: int


def cut(extracted: list[FoundBlock], source: str, size: ChunkSize) -> list[InformationPiece]:
    """Return the pieces of a document in its order.

    Neighbouring paragraphs of a page come together, and a heading begins a new piece unless the one before is still
    short; what is then too long is cut between paragraphs, sentences or words, each part repeating the end of the one
    before it. Tables stand alone, cut between rows, and each part repeats the first row unless that takes up more than
    half of it. No piece is longer than `size` allows. `source` is where pieces are from that do not say it themselves.
    """
    pieces: list[InformationPiece] = []
    for group in _groups(extracted, size):
        first = group[0]
        if first.type is PieceType.TABLE:
            texts = _cut_table(first.content, size)
        else:
            texts = _cut_text(_PARAGRAPH_END.join(item.content for item in group), size)
        for text in texts:
            piece = InformationPiece(
                type=first.type, content=text, source=first.source or source, page=first.page, position=len(pieces)
            )
            pieces.append(piece)
    return pieces


def _groups(extracted: list[FoundBlock], size: ChunkSize) -> Iterator[list[FoundBlock]]:
    """Yield the paragraphs of each section of a page together, and every table alone."""
    group: list[FoundBlock] = []
    length = 0
    for item in extracted:
        is_together = group and item.type is not PieceType.TABLE and _place(group[0]) == _place(item)
        is_new_section = item.heading is not None and length >= size.characters // _LEAST_SECTION
        if is_together and not is_new_section:
            group.append(item)
            length += len(_PARAGRAPH_END) + len(item.content)
            continue
        if group:
            yield group
        group, length = [item], len(item.content)
    if group:
        yield group


def _place(item: FoundBlock) -> tuple[PieceType, int | None, str | None]:
    return item.type, item.page, item.source


def _cut_text(text: str, size: ChunkSize) -> Iterator[str]:
    start = 0
    while len(text) - start > size.characters:
        end = _word_end(text, start, start + size.characters)
        yield text[start:end].strip()
        start = _word_start(text, end - size.overlap, end)
    if rest := text[start:].strip():
        yield rest


def _word_end(text: str, start: int, limit: int) -> int:
    """Return the last place to cut at or before `limit`: after a paragraph or sentence, else between words."""
    earliest = start + (limit - start) // 2
    for mark in (_PARAGRAPH_END, ". ", "\n", " "):
        place = text.rfind(mark, earliest, limit)
        if place >= 0:
            return place + len(mark)
    return limit


def _word_start(text: str, wanted: int, end: int) -> int:
    """Return the first start of a word at or after `wanted`, or `end` when there is none before it."""
    blank = _BLANK.search(text, wanted, end)
    return blank.end() if blank else end


def _cut_table(text: str, size: ChunkSize) -> Iterator[str]:
    header, *rows = text.split("\n")
    if len(header) > size.characters // 2:
        yield from _cut_text(text, size)
        return
    room = size.characters - len(header) - 1
    lines = [header]
    length = 0
    for part in (part for row in rows for part in _cut_text(row, ChunkSize(room, 0))):
        if len(lines) > 1 and length + 1 + len(part) > room:
            yield "\n".join(lines)
            lines, length = [header], 0
        length += len(part) + (len(lines) > 1)
        lines.append(part)
    yield "\n".join(lines)
