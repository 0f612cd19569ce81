"""Plain text, and the decoding that all text formats share."""

import codecs
import re
from collections.abc import Iterator

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found
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


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the paragraphs, which an empty line ends."""
    for paragraph in re.split(r"\n\s*\n", decode(data)):
        if text := paragraph.strip():
            yield Found(text)


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data` with line feeds.

    By its byte order mark, else the encoding it declares, else UTF-8, else Windows-1252. Raises `BrokenFileError` for
    bytes that no text has.
    """
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)][:1]
    for encoding in encodings or [*([declared] if declared else []), "utf-8", "cp1252"]:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if "\0" in text:
            raise BrokenFileError("the file is binary, not text")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BrokenFileError(f"the file is not text in {encodings[0] if encodings else 'utf-8 or cp1252'}")


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that an HTML or XML page names in its first kilobyte, as browsers look for it."""
    found = _DECLARATION.search(data[:_DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None
