"""Plain text, and the decoding that all text formats share."""

import codecs
import re
from collections.abc import Iterator
from itertools import zip_longest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.text_encoding import guessed_encoding
from extractor_api_lib.settings import ExtractorSettings

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark is the first half of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""")
_DECLARED_WITHIN = 1024
_MOSTLY = 0.6
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*\.?|§ ?\d+[a-z]?)\s+\S")
_LONGEST_HEADING = 80
_MOST_WORDS = 10


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the headings and the paragraphs, which an empty line ends."""
    paragraphs = [text for paragraph in re.split(r"\n\s*\n", decode(data)) if (text := paragraph.strip())]
    for text, following in zip_longest(paragraphs, paragraphs[1:], fillvalue=""):
        lines = text.split("\n")
        if len(lines) == 2 and _UNDERLINE.fullmatch(lines[1].strip()):
            yield Found(lines[0].strip(), heading=1 if lines[1].strip()[0] == "=" else 2)
        elif len(lines) == 1 and (level := _level(text, following)):
            yield Found(text, heading=level)
        else:
            yield Found(text)


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


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data` with line feeds.

    By its byte order mark, else the encoding it declares, else UTF-8, else what can be told for sure. Raises
    `BrokenFileError` for bytes that no text has, and where several encodings would give different letters.
    """
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)][:1]
    for encoding in encodings or [*([declared] if declared else []), *_without_mark(data), "utf-8"]:
        if (text := _decoded(data, encoding)) is not None:
            break
    else:
        guess = None if encodings else guessed_encoding(data)
        text = _decoded(data, guess) if guess else None
    if text is None:
        reason = f"in {encodings[0]}" if encodings else "in utf-8 or cp1252, nor surely in another encoding"
        raise BrokenFileError(f"the file is not text {reason}; save it as UTF-8")
    if "\0" in text:
        raise BrokenFileError("the file is binary, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _without_mark(data: bytes) -> list[str]:
    """Return UTF-16 where every other byte of a text is zero, as it is for letters of western languages."""
    sample = data[:_DECLARED_WITHIN]
    if len(data) % 2 == 0 and len(sample) >= 4:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > _MOSTLY * len(sample) / 2 and not even:
            return ["utf-16-le"]
        if even > _MOSTLY * len(sample) / 2 and not odd:
            return ["utf-16-be"]
    return []


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that an HTML or XML page names in its first kilobyte, as browsers look for it."""
    found = _DECLARATION.search(data[:_DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None
