import io
import zipfile

import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><manifest>
<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/the%20one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="cover.png" media-type="image/png"/>
</manifest><spine><itemref idref="a"/><itemref idref="c"/><itemref idref="b"/><itemref idref="b"/></spine></package>"""
PAGE = """<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{0}</h1><p>Of {0}.
</p></body></html>"""


def _book(**changed: str | None) -> bytes:
    parts: dict[str, str | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/text/the one.xhtml": PAGE.format("one"),
        "OEBPS/two.xhtml": PAGE.format("two"),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**parts, **changed}.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def _contents(data: bytes) -> list[str]:
    return [piece.content for piece in extract("a.epub", data, ExtractorSettings()).pieces]


def test_chapters_are_read_once_in_the_order_of_the_spine() -> None:
    assert _contents(_book()) == ["one", "Of one.", "two", "Of two."]


@pytest.mark.parametrize(
    ("part", "content", "cause"),
    [
        ("META-INF/container.xml", None, "a ZIP archive without META-INF/container.xml"),
        ("META-INF/container.xml", "<container/>", "names no package"),
        ("META-INF/container.xml", "<container", "container.xml is not well-formed XML"),
        ("OEBPS/book.opf", None, "its part OEBPS/book.opf is missing"),
        ("OEBPS/book.opf", "<package/>", "its spine names no chapter"),
        ("OEBPS/two.xhtml", None, "its part OEBPS/two.xhtml is missing"),
        ("META-INF/encryption.xml", '<e><EncryptionMethod Algorithm="aes"/></e>', "the file is encrypted"),
    ],
)
def test_what_is_wrong_with_a_book_is_told(part: str, content: str | None, cause: str) -> None:
    with pytest.raises(BrokenFileError, match=f"^a.epub: .*{cause}"):
        _contents(_book(**{part: content}))


def test_scrambled_fonts_do_not_make_a_book_unreadable() -> None:
    fonts = '<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'

    assert len(_contents(_book(**{"META-INF/encryption.xml": fonts}))) == 4
