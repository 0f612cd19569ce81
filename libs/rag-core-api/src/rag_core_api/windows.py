"""Windows: the sentences, list items and rows of found pieces that an answer can be made of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag_core_api.headings import is_marked, plain
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.sentences import sentences
from rag_core_lib.wire.pieces import PieceType

_CLOSED = re.compile(r"[.!?…:;,][\"'”“)\]]*$")
_HEADING_WORDS = 12
_BULLET = re.compile(r"\s*(?:[•‣◦▪●○■□–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")  # noqa: RUF001
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_LINE = 300
MOST_SENTENCES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence, a line of a list or of code, or a row of a table; `paragraph` counts from 0 in its piece."""

    text: str
    terms: frozenset[str]
    paragraph: int
    is_line: bool = False
    lead: frozenset[str] = frozenset()
    """The terms of the sentence with a colon that a list, or code, belongs to."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A found piece with its sentences, and the terms of the headings above them."""

    found: FoundPiece
    rank: int
    sentences: tuple[Sentence, ...]
    headings: frozenset[str]
    title: frozenset[str]
    """The terms of its file name."""
    lead: str | None = None
    """The first row of a table, empty where it has no header."""

    @property
    def terms(self) -> frozenset[str]:
        """Return all its terms, those of its headings among them."""
        return self.headings.union(*(sentence.terms for sentence in self.sentences))


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Neighbouring sentences of a source."""

    source: Source
    first: int
    last: int

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return its sentences."""
        return self.source.sentences[self.first : self.last + 1]

    @property
    def text(self) -> str:
        """Return what it says; a row of a table comes with the first one."""
        text = self.sentences[0].text
        for before, sentence in zip(self.sentences, self.sentences[1:], strict=False):
            text += ("\n" if sentence.is_line or sentence.paragraph != before.paragraph else " ") + sentence.text
        return f"{self.source.lead}\n{text}" if self.source.lead else text


def sources_of(found: Sequence[FoundPiece]) -> list[Source]:
    """Return the pieces with their sentences, without those of a piece before; pieces overlap."""
    seen: set[tuple[str, str]] = set()
    sources: list[Source] = []
    for rank, item in enumerate(found):
        source = _source(item, rank)
        new = tuple(s for s in source.sentences if (item.document_id, s.text) not in seen)
        seen.update((item.document_id, sentence.text) for sentence in new)
        if new:
            sources.append(Source(item, rank, new, source.headings, source.title, source.lead))
    return sources


def windows_of(source: Source, most_characters: int) -> Iterator[Window]:
    """Yield runs of up to two sentences, and single rows; with a line that ends in a colon comes what it leads to."""
    most = MOST_SENTENCES if source.lead is None else 1
    for first in range(len(source.sentences)):
        for last in range(first, min(first + most, len(source.sentences))):
            window = Window(source, first, _with_what_follows(source, first, last, most_characters))
            if last == first or len(window.text) <= most_characters:
                yield window


def _with_what_follows(source: Source, first: int, last: int, most_characters: int) -> int:
    """Return the last sentence of a window that ends with a colon, with the list or the code after it."""
    if not source.sentences[last].text.endswith(":"):
        return last
    end = last
    length = len(Window(source, first, last).text)
    for place in range(last + 1, len(source.sentences)):
        sentence = source.sentences[place]
        length += len(sentence.text) + 1
        is_next = place == last + 1 or (sentence.is_line and sentence.paragraph == source.sentences[last + 1].paragraph)
        if not is_next or length > most_characters:
            break
        end = place
    return end


def _source(item: FoundPiece, rank: int) -> Source:
    piece = item.piece
    title = frozenset(terms(re.sub(r"[._-]", " ", piece.source)))
    above = frozenset[str]().union(*(frozenset(terms(heading)) for heading in piece.headings))
    if piece.type is PieceType.TABLE:
        header, *rows = [" ".join(row.split()) for row in piece.content.split("\n")]
        if rows:
            found = tuple(Sentence(row, frozenset(terms(row)), 0, is_line=True) for row in rows)
            return Source(item, rank, found, above | frozenset(terms(header)), title, header)
        return Source(item, rank, (Sentence(header, frozenset(terms(header)), 0),), above, title)
    texts = list(_texts(piece.content))
    kept: list[Sentence] = []
    known = {plain(heading) for heading in piece.headings}
    for place, (text, paragraph, is_line) in enumerate(texts, start=1):
        held = frozenset(terms(text))
        is_known = plain(text) in known
        looks_like = not is_line and not piece.headings and _looks_like_heading(text)
        if is_known or (place < len(texts) and (looks_like or (is_marked(text) and not piece.headings))):
            above |= held
        elif _LETTER.search(text):
            kept.append(Sentence(text, held, paragraph, is_line))
    if not kept:
        kept = [Sentence(text, frozenset(terms(text)), paragraph, is_line) for text, paragraph, is_line in texts]
    return Source(item, rank, tuple(_with_leads(kept)), above, title)


def _with_leads(found: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield sentences, those that follow a colon as lines or as the next paragraph with what is before it."""
    lead: Sentence | None = None
    for sentence in found:
        if lead and (sentence.is_line or sentence.paragraph <= lead.paragraph + 1):
            yield replace(sentence, lead=lead.terms)
        else:
            lead = None
            yield sentence
        if sentence.text.endswith(":") and not (sentence.is_line and lead):
            lead = sentence


def _texts(content: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the sentences and lines of a text with the number of their paragraph."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", content)):
        lines = [line.rstrip() for line in paragraph.split("\n") if line.strip()]
        is_list = any(_BULLET.match(line) for line in lines)
        if not is_list and not _is_code(lines):
            for sentence in sentences(" ".join(paragraph.split())):
                yield sentence, number, False
            continue
        for line in _items(lines) if is_list else lines:
            parts = sentences(line.strip()) if len(line) > _LONGEST_LINE else [line.strip()]
            for part in parts:
                yield part, number, part is parts[0]


def _items(lines: Sequence[str]) -> list[str]:
    """Return the items of a list, each as one line; an item goes on until the next one begins."""
    items: list[str] = []
    for line in lines:
        if items and not _BULLET.match(line):
            items[-1] += f" {line.strip()}"
        else:
            items.append(line)
    return items


def _is_code(lines: Sequence[str]) -> bool:
    """Tell whether lines are not those of a paragraph that was wrapped: these are of about one length."""
    return len(lines) > 1 and max(map(len, lines[:-1])) < 60 and not all(_LETTER.match(line) for line in lines)


def _looks_like_heading(text: str) -> bool:
    return not _CLOSED.search(text) and len(text.split()) <= _HEADING_WORDS
