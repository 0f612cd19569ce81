"""CSV (RFC 4180, and its dialects with semicolons, tabs or bars)."""

import csv
import io
from collections.abc import Iterator

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, long_table
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.settings import ExtractorSettings

_SAMPLE_CHARACTERS = 8192


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield tables of up to 50 rows, each with the first row of the file on top, which is taken for the header."""
    text = decode(data)
    try:
        yield from long_table(csv.reader(io.StringIO(text, newline=""), _dialect(text)))
    except csv.Error as error:
        raise BrokenFileError(f"the file is not CSV: {error}") from error


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE_CHARACTERS], ",;\t|")
    except csv.Error:
        return csv.excel
