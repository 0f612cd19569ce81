"""From what the extractor found to pieces small enough to be quoted."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag_core_lib.wire.extraction import ExtractedPiece
from rag_core_lib.wire.pieces import InformationPiece, PieceType

_PARAGRAPH_END = "\n\n"


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Longest piece and what it repeats of the one before it, in characters."""

    characters: int
    overlap: int


def cut(extracted: list[ExtractedPiece], source: str, size: ChunkSize) -> list[InformationPiece]:
    """Return the pieces of a document in its order.

    Neighbouring paragraphs of a page come together as long as they fit; a longer one is cut between words. Tables stand
    alone, cut between rows, and each part repeats the first row unless that takes up more than half of it. No piece is
    longer than `size` allows.
    """
    pieces: list[InformationPiece] = []
    for group in _groups(extracted, size.characters):
        first = group[0]
        if first.type is PieceType.TABLE:
            texts = _cut_table(first.content, size)
        else:
            texts = _cut_text(_PARAGRAPH_END.join(item.content for item in group), size)
        for text in texts:
            piece = InformationPiece(
                type=first.type, content=text, source=source, page=first.page, position=len(pieces)
            )
            pieces.append(piece)
    return pieces


def _groups(extracted: list[ExtractedPiece], characters: int) -> Iterator[list[ExtractedPiece]]:
    """Yield runs of paragraphs that fit together, and every table alone."""
    group: list[ExtractedPiece] = []
    length = 0
    for item in extracted:
        together = group and item.type is not PieceType.TABLE
        together = together and (group[0].type, group[0].page) == (item.type, item.page)
        if together and length + len(_PARAGRAPH_END) + len(item.content) <= characters:
            group.append(item)
            length += len(_PARAGRAPH_END) + len(item.content)
            continue
        if group:
            yield group
        group, length = [item], len(item.content)
    if group:
        yield group


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
    blank = text.find(" ", wanted, end)
    return blank + 1 if blank >= 0 else end


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
