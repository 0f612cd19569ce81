"""From what the extractor found to pieces small enough to be quoted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from admin_api_lib.neighbours import FoundBlock
from rag_core_lib.sentences import sentences
from rag_core_lib.wire.pieces import LONGEST_HEADING, MOST_HEADINGS, InformationPiece, PieceType

_PARAGRAPH_END = "\n\n"
_BLANK = re.compile(r"\s+")
_FULL_ENOUGH = 0.5
"""Part of a piece from which on a paragraph that no longer fits begins the next one."""


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Longest chunk and what it repeats of the one before it, in characters."""

    characters: int
    overlap: int


@dataclass(slots=True)
class _Section:
    """Paragraphs of one page under one heading, or a table."""

    first: FoundBlock
    headings: list[str]
    paragraphs: list[str] = field(default_factory=list[str])


def cut(extracted: Sequence[FoundBlock], source: str, size: ChunkSize) -> list[InformationPiece]:
    """Return the pieces of a document in its order.

    A heading begins a piece, together with the text under it, and every piece names all headings it is under. What is
    too long is cut between paragraphs, sentences or lines, each part repeating the last sentences of the one before
    it; lists and code stay whole where they fit. Tables stand alone, cut between rows, and each part repeats the first
    row unless that takes up more than half of it. No piece is longer than `size` allows. `source` is where pieces are
    from that do not say it themselves.
    """
    pieces: list[InformationPiece] = []
    for section in _sections(extracted):
        first = section.first
        is_table = first.type is PieceType.TABLE
        for text in _cut_table(first.content, size) if is_table else _cut_paragraphs(section.paragraphs, size):
            piece = InformationPiece(
                type=first.type,
                content=text,
                source=first.source or source,
                page=first.page,
                position=len(pieces),
                headings=section.headings,
            )
            pieces.append(piece)
    return pieces


def _sections(extracted: Sequence[FoundBlock]) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    unread: list[FoundBlock] = []
    """Headings that are in no piece yet."""
    section: _Section | None = None
    place: tuple[PieceType, int | None, str | None] | None = None
    source: str | None = None
    for item in extracted:
        if item.source != source:
            path, source = [], item.source
        if item.heading is not None or item.type is PieceType.TABLE or _place(item) != place:
            if section:
                yield section
            section = None
        place = _place(item)
        if item.heading is not None:
            path = [*((level, text) for level, text in path if level < item.heading), (item.heading, item.content)]
            unread.append(item)
            continue
        headings = _names(path)
        if item.type is PieceType.TABLE:
            # Its piece begins with its header; the headings are told beside it.
            unread = [heading for heading in unread if heading.content not in headings]
            yield _Section(item, headings)
            continue
        if section is None:
            section = _Section(item, headings, [heading.content for heading in unread])
            unread = []
        section.paragraphs.append(item.content)
    if section:
        yield section
    if unread:
        yield _Section(unread[0], [], [heading.content for heading in unread])


def _place(item: FoundBlock) -> tuple[PieceType, int | None, str | None]:
    return item.type, item.page, item.source


def _names(path: Sequence[tuple[int, str]]) -> list[str]:
    names = [" ".join(text.split())[:LONGEST_HEADING].strip() for _, text in path]
    return [name for number, name in enumerate(names) if name and name not in names[:number]][-MOST_HEADINGS:]


def _cut_paragraphs(paragraphs: Sequence[str], size: ChunkSize) -> Iterator[str]:
    text = ""
    for paragraph in paragraphs:
        joined = f"{text}{_PARAGRAPH_END}{paragraph}" if text else paragraph
        if len(joined) <= size.characters:
            text = joined
            continue
        is_whole = "\n" in paragraph and len(paragraph) <= size.characters
        if text and (is_whole or len(text) >= _FULL_ENOUGH * size.characters):
            yield text
            text = _repeated(text, size, paragraph) if not is_whole else ""
        for part, separator in _parts(paragraph, size):
            between = separator if text and not text.endswith(_PARAGRAPH_END) else ""
            if text and len(text) + len(between) + len(part) > size.characters:
                yield text.strip()
                text, between = _repeated(text, size, part), ""
            text = f"{text}{between}{part}"
    if text.strip():
        yield text.strip()


def _parts(paragraph: str, size: ChunkSize) -> Iterator[tuple[str, str]]:
    """Yield what a paragraph may be cut into, each with what stands before it: its lines or its sentences."""
    separator = "\n" if "\n" in paragraph else " "
    parts = paragraph.split("\n") if separator == "\n" else sentences(paragraph)
    before = _PARAGRAPH_END
    for part in parts:
        for short in _cut_text(part, size) if len(part) > size.characters else (part,):
            yield short, before
            before = separator


def _repeated(text: str, size: ChunkSize, following: str) -> str:
    """Return the last sentences of a piece that the next one repeats, with what separates them from `following`."""
    kept: list[str] = []
    last = text.rpartition(_PARAGRAPH_END)[2]
    if "\n" in last:
        return ""
    room = min(size.overlap, size.characters - len(following) - len(_PARAGRAPH_END))
    for sentence in reversed(sentences(last)):
        if len(" ".join([sentence, *kept])) > room:
            break
        kept.insert(0, sentence)
    return " ".join(kept) + _PARAGRAPH_END if kept else ""


def _cut_text(text: str, size: ChunkSize) -> Iterator[str]:
    start = 0
    while len(text) - start > size.characters:
        end = _word_end(text, start, start + size.characters)
        yield text[start:end].strip()
        start = _word_start(text, end - size.overlap, end)
    if rest := text[start:].strip():
        yield rest


def _word_end(text: str, start: int, limit: int) -> int:
    """Return the last place to cut at or before `limit`: after a line, else between words."""
    earliest = start + (limit - start) // 2
    for mark in ("\n", " "):
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
