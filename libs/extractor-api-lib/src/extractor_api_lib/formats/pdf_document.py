"""PDF (ISO 32000), read with PDFium; pages without text go through OCR."""

from collections.abc import Iterator
from threading import Lock
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found
from extractor_api_lib.models import PieceType
from extractor_api_lib.ocr import recognise
from extractor_api_lib.settings import ExtractorSettings

_POINTS_PER_INCH = 72
_MOST_PIXELS = 50_000_000
# PDFium is not safe to use from two threads (https://pdfium.googlesource.com/pdfium/+/main/docs/getting-started.md).
_pdfium_lock = Lock()
_pdfium: Any = pypdfium2


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield one piece for each page that has text; `image` when OCR read it."""
    for number, text, image in _pages(data, settings):
        if text:
            yield Found(text, page=number)
        elif image and (recognised := recognise(image, settings)):
            yield Found(recognised, PieceType.IMAGE, number)


def _pages(data: bytes, settings: ExtractorSettings) -> Iterator[tuple[int, str, bytes | None]]:
    """Yield number, text and, for a page that shows something but has no text, its picture as PGM."""
    with _pdfium_lock:
        try:
            document = _pdfium.PdfDocument(data)
        except _pdfium.PdfiumError as error:
            encrypted = "password" in str(error).lower()
            cause = "the file is encrypted" if encrypted else f"the file is not a readable PDF: {error}"
            raise BrokenFileError(cause) from error
        count = len(document)
    try:
        if count > settings.max_pages:
            raise BrokenFileError(f"the file has {count} pages; the limit is {settings.max_pages}")
        for index in range(count):
            with _pdfium_lock:
                page = _read_page(document, index, settings)
            yield index + 1, *page
    finally:
        with _pdfium_lock:
            document.close()


def _read_page(document: Any, index: int, settings: ExtractorSettings) -> tuple[str, bytes | None]:  # noqa: ANN401
    try:
        page = document[index]
        text_page = page.get_textpage()
        text = str(text_page.get_text_bounded()).replace("\r\n", "\n").replace("\0", "").strip()
        shows_something = any(True for _ in page.get_objects(max_depth=1))
        picture = _draw(page, settings) if shows_something and not text else None
        text_page.close()
        page.close()
    except _pdfium.PdfiumError as error:
        raise BrokenFileError(f"page {index + 1} cannot be read: {error}") from error
    return text, picture


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
