import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import docx
import httpx
import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
import pytest
from fastapi.testclient import TestClient

from extractor_api_lib.app import create_app
from extractor_api_lib.models import VersionInfo
from extractor_api_lib.settings import ExtractorSettings

PdfMaker = Callable[..., bytes]
ClientMaker = Callable[..., TestClient]


@pytest.fixture
def make_client() -> Iterator[ClientMaker]:
    """Return a function that makes a client of an application with the settings, and the web in place, it is given."""
    with ExitStack() as stack:

        def make(settings: ExtractorSettings | None = None, web: httpx.AsyncBaseTransport | None = None) -> TestClient:
            about = VersionInfo(name="demo", version="1", libs={"a": "2"})
            app = create_app(about, settings or ExtractorSettings(workers=1), web)
            return stack.enter_context(TestClient(app, "http://localhost", raise_server_exceptions=False))

        yield make


@pytest.fixture
def make_pdf() -> PdfMaker:
    """Return a function that makes a PDF with a page for each text; None makes an empty page."""
    return _make_pdf


@pytest.fixture
def make_pdf_of_streams() -> PdfMaker:
    """Return a function that makes a PDF with a page for each content stream."""
    return pdf_of_streams


@pytest.fixture
def scanned_pdf() -> bytes:
    """Return a PDF of one page that is a picture of the text "Four weeks notice", and holds no text."""
    library: Any = pypdfium2
    with library.PdfDocument(_make_pdf("Four weeks notice")) as document:
        picture = document[0].render(scale=2, grayscale=True)
        width, height, stride = picture.width, picture.height, picture.stride
        pixels = b"".join(bytes(picture.buffer)[row * stride : row * stride + width] for row in range(height))
    packed = zlib.compress(pixels).decode("latin-1")
    image = f"/Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode"
    dictionary = f"<< /Type /XObject /Subtype /Image {image} /Length {len(packed)} >>"
    return pdf_of_streams(["q 595 0 0 842 0 0 cm /Scan Do Q"], f"{dictionary}\nstream\n{packed}\nendstream")


@pytest.fixture
def handbook_docx() -> bytes:
    """Return a DOCX with a heading, a paragraph and a table of two rows between two paragraphs."""
    document = docx.Document()
    document.add_heading("Notice")
    document.add_paragraph("The notice period is four weeks.")
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate([("Grade", "Weeks"), ("Manager", "twelve")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("It starts on a Monday.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _make_pdf(*texts: str | None) -> bytes:
    return pdf_of_streams(["" if text is None else f"BT /F1 18 Tf 72 700 Td ({text}) Tj ET" for text in texts])


def pdf_of_streams(streams: Sequence[str | bytes], scan: str = "null") -> bytes:
    """Return a PDF 1.4 with a page for each content stream (ISO 32000-1, annex H); `scan` is an image they may show.

    Streams of bytes are packed already.
    """
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} /MediaBox [0 0 595 842] >>",
        font,
        scan,
    ]
    for number, stream in enumerate(streams):
        resources = "<< /Font << /F1 3 0 R >> /XObject << /Scan 4 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /Resources {resources} /Contents {6 + 2 * number} 0 R >>")
        packing, text = ("", stream) if isinstance(stream, str) else ("/Filter /FlateDecode", stream.decode("latin-1"))
        objects.append(f"<< {packing} /Length {len(text)} >>\nstream\n{text}\nendstream")
    body = "%PDF-1.4\n"
    offsets: list[int] = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return (body + end + f"startxref\n{len(body)}\n%%EOF\n").encode("latin-1")
