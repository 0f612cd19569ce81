"""Plain text."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.settings import ExtractorSettings

_UNDERLINE = re.compile(r"={3,}|-{3,}")
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*\.?|§ ?\d+[a-z]?)\s+\S")
_LONGEST_HEADING = 80
_MOST_WORDS = 10


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the headings and the paragraphs, which an empty line ends."""
    yield from paragraphs(decode(data))


def paragraphs(text: str) -> Iterator[Found]:
    """Yield the headings and the paragraphs of a text."""
    blocks = [block for part in re.split(r"\n\s*\n", text) if (block := part.strip())]
    for block, following in zip_longest(blocks, blocks[1:], fillvalue=""):
        lines = block.split("\n")
        if len(lines) == 2 and _UNDERLINE.fullmatch(lines[1].strip()):
            yield Found(lines[0].strip(), heading=1 if lines[1].strip()[0] == "=" else 2)
        elif len(lines) == 1 and (level := _level(block, following)):
            yield Found(block, heading=level)
        else:
            yield Found(block)


def _level(line: str, following: str) -> int | None:
    """Return the level of a line that looks like a heading by itself: by its number, its capitals, or its shortness."""
    if len(line) > _LONGEST_HEADING or line[-1] in ".,;:" or not line[0].isalnum():
        return None
    if number := _NUMBER.match(line):
        return min(1 + number[1].rstrip(".").count("."), 6)
    if line.isupper():
        return 1
    # What a longer paragraph follows; a list of short lines has no headings.
    return 3 if line[0].isupper() and len(following) > 2 * len(line) and len(line.split()) <= _MOST_WORDS else None
