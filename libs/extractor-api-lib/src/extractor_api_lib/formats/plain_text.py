"""Plain text, and the decoding that all text formats share."""

import codecs
import re
from collections.abc import Iterator

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found
from extractor_api_lib.settings import ExtractorSettings

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the paragraphs, which an empty line ends."""
    for paragraph in re.split(r"\n\s*\n", decode(data)):
        if text := paragraph.strip():
            yield Found(text)


def decode(data: bytes) -> str:
    """Return the text of `data` with line feeds: by its byte order mark, else UTF-8, else Windows-1252.

    Raises `BrokenFileError` for bytes that no text has.
    """
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise BrokenFileError("the file is binary, not text")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BrokenFileError(f"the file is not text in {' or '.join(encodings)}")
