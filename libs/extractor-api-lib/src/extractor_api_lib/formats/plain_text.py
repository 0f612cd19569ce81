"""Plain text."""

import re
from collections.abc import Iterator

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.settings import ExtractorSettings


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the paragraphs, which an empty line ends."""
    yield from paragraphs(decode(data))


def paragraphs(text: str) -> Iterator[Found]:
    """Yield the paragraphs of a text."""
    for paragraph in re.split(r"\n\s*\n", text):
        if stripped := paragraph.strip():
            yield Found(stripped)
