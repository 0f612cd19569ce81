"""DOCX (ECMA-376)."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.table import Table

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield paragraphs and tables; a DOCX has no pages before it is printed."""
    _check_archive(data, settings)
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:
        # python-docx lets out what its XML and ZIP readers raise: KeyError, ValueError, lxml's errors and more.
        raise BrokenFileError(f"the file is not a readable DOCX: {error}") from error
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            rows = [[cell.text for cell in row.cells] for row in item.rows]
            if text := table_text(rows):
                yield Found(text, PieceType.TABLE)
        elif text := item.text.strip():
            yield Found(text)


def _check_archive(data: bytes, settings: ExtractorSettings) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise BrokenFileError(f"the file is not a DOCX: {str(error).lower()}") from error
    if unpacked > settings.max_unpacked_bytes:
        raise BrokenFileError(f"the file unpacks to {unpacked} bytes; the limit is {settings.max_unpacked_bytes}")
