"""CSV (RFC 4180, and its dialects with semicolons, tabs or bars)."""

import csv
import io
from collections.abc import Iterator

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.plain_text import decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_ROWS_IN_A_PIECE = 50
_SAMPLE_CHARACTERS = 8192


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield tables of up to 50 rows, each with the first row of the file on top, which is taken for the header."""
    text = decode(data)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), _dialect(text)) if any(map(str.strip, row))]
    except csv.Error as error:
        raise BrokenFileError(f"the file is not CSV: {error}") from error
    if len(rows) == 1:
        yield Found(table_text(rows), PieceType.TABLE)
    for start in range(1, len(rows), _ROWS_IN_A_PIECE):
        yield Found(table_text([rows[0], *rows[start : start + _ROWS_IN_A_PIECE]]), PieceType.TABLE)


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE_CHARACTERS], ",;\t|")
    except csv.Error:
        return csv.excel
