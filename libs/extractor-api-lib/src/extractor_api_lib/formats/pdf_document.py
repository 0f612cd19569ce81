"""PDF (ISO 32000), read with PDFium; pages without text go through OCR.

PDFium must not be used from two threads at once: workers are processes that read one file at a time.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.pdf_aligned_tables import with_aligned_tables
from extractor_api_lib.formats.pdf_columns import in_columns
from extractor_api_lib.formats.pdf_furniture import Page, without_furniture
from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, lines_of
from extractor_api_lib.formats.pdf_raised import with_raised
from extractor_api_lib.formats.pdf_structure import structured, style_of
from extractor_api_lib.models import PieceType
from extractor_api_lib.ocr import recognise
from extractor_api_lib.settings import ExtractorSettings

_POINTS_PER_INCH = 72
_MOST_PIXELS = 50_000_000
_pdfium: Any = pypdfium2


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield headings, text and tables of the pages that have text, and what OCR reads on the others as `image`."""
    try:
        document = _pdfium.PdfDocument(data)
    except _pdfium.PdfiumError as error:
        encrypted = "password" in str(error).lower()
        cause = "the file is encrypted" if encrypted else f"the file is not a readable PDF: {error}"
        raise BrokenFileError(cause) from error
    try:
        count = len(document)
        if count > settings.max_pages:
            raise BrokenFileError(f"the file has {count} pages; the limit is {settings.max_pages}")
        read_pages = [_read_page(document, index, settings) for index in range(count)]
    finally:
        document.close()
    pages = list(with_aligned_tables(without_furniture([page for page, _ in read_pages])))
    pictures = [picture for _, picture in read_pages if picture]
    # Headings are told by the style of the whole document, so nothing is yielded before all pages are read.
    found = [*structured(pages, style_of(pages)), *pictures]
    yield from sorted(found, key=lambda item: item.page or 0)


def _read_page(document: Any, index: int, settings: ExtractorSettings) -> tuple[Page, Found | None]:  # noqa: ANN401
    """Return what is written on a page, and the text that OCR reads where nothing is."""
    number = index + 1
    try:
        page = document[index]
        text_page = page.get_textpage()
        items = with_raised(lines_of(page, text_page))
        shows_something = any(True for _ in page.get_objects(max_depth=1))
        picture = _draw(page, settings) if shows_something and not items else None
        text_page.close()
        page.close()
    except _pdfium.PdfiumError as error:
        raise BrokenFileError(f"page {number} cannot be read: {error}") from error
    text = recognise(picture, settings) if picture else ""
    return Page(number, tuple(_in_reading_order(items))), Found(text, PieceType.IMAGE, number) if text else None


def _in_reading_order(items: list[Line | DrawnTable]) -> Iterator[Line | DrawnTable]:
    for is_table, group in groupby(items, key=lambda item: isinstance(item, DrawnTable)):
        yield from group if is_table else in_columns([item for item in group if isinstance(item, Line)])  # noqa: B031


def _draw(page: Any, settings: ExtractorSettings) -> bytes:  # noqa: ANN401
    """Return the page in grey as binary PGM (https://netpbm.sourceforge.net/doc/pgm.html)."""
    scale = settings.ocr_dots_per_inch / _POINTS_PER_INCH
    pixels = page.get_width() * page.get_height() * scale**2
    if pixels > _MOST_PIXELS:
        scale *= (_MOST_PIXELS / pixels) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True)
    width, height, stride = int(bitmap.width), int(bitmap.height), int(bitmap.stride)
    rows = memoryview(bitmap.buffer).cast("B")
    picture = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    bitmap.close()
    return b"P5 %d %d 255\n" % (width, height) + picture
