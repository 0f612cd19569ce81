import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

from .conftest import PdfMaker

SETTINGS = ExtractorSettings()
NAMES = ("a.pdf", "a.docx", "a.pptx", "a.xlsx", "a.epub", "a.csv", "a.html", "a.md", "a.txt")
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'


def _zip(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _changed(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        parts = {entry: source.read(entry) for entry in source.namelist()}
    return _zip({**parts, name: change(parts[name])})


def _refusal(name: str, data: bytes, settings: ExtractorSettings = SETTINGS) -> str:
    with pytest.raises(BrokenFileError) as error:
        extract(name, data, settings)
    return str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_refuses_pictures_archives_and_old_office_files(name: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    locked = old + "EncryptedPackage".encode("utf-16-le")

    assert _refusal(name, b"\x89PNG\r\n\x1a\n" + b"\0" * 50).endswith("its content says PNG picture")
    assert _refusal(name, b"\x1f\x8b\x08" + b"\0" * 50).endswith("its content says gzip file")
    assert "in the binary form that Office used until 2003" in _refusal(name, old)
    assert _refusal(name, locked) == f"{name}: the file is encrypted"


def test_a_mislabelled_file_is_called_what_it_is(make_pdf: PdfMaker, handbook_docx: bytes) -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)

    assert _refusal("a.docx", make_pdf("x")) == "a.docx: the file is not a DOCX; its content says PDF"
    assert _refusal("a.pdf", handbook_docx) == "a.pdf: the file is not a PDF; its content says DOCX"
    assert _refusal("a.docx", buffer.getvalue()) == "a.docx: the file is not a DOCX; its content says XLSX"
    assert _refusal("a.txt", handbook_docx) == "a.txt: the file is not a text file; its content says DOCX"
    assert "not a readable PPTX: it is a ZIP archive without" in _refusal("a.pptx", _zip({"a.txt": b"a"}))


def test_a_text_about_pdf_files_is_none() -> None:
    assert len(extract("a.txt", b"A file starts with %PDF-1.7.", SETTINGS).pieces) == 1


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx", "epub"])
def test_an_archive_that_unpacks_to_too_much_is_refused_unread(kind: str) -> None:
    bomb = _zip({"_rels/.rels": b"\0" * 30_000_000, "media": b"\0" * 30_000_000})

    assert len(bomb) < 100_000
    assert _refusal(f"a.{kind}", bomb, ExtractorSettings(max_unpacked_bytes=50_000_000)) == (
        f"a.{kind}: the file unpacks to 60000000 bytes; the limit is 50000000"
    )


def test_an_archive_that_lies_about_its_size_is_refused(handbook_docx: bytes) -> None:
    size = len(zipfile.ZipFile(io.BytesIO(handbook_docx)).read("word/document.xml"))
    lie = handbook_docx.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert "its part word/document.xml cannot be unpacked" in _refusal("a.docx", lie)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_unpacked(handbook_docx: bytes, encoding: str) -> None:
    def plant(xml: bytes) -> bytes:
        body = xml.partition(b"?>")[2]
        return (BOMB + body).decode().encode(encoding)

    data = _changed(handbook_docx, "word/document.xml", plant)

    assert _refusal("a.docx", data) == (
        "a.docx: the file is refused: word/document.xml defines XML entities or a document type"
    )


def test_cut_off_files_are_broken_files(make_pdf: PdfMaker, handbook_docx: bytes) -> None:
    assert "not a DOCX" in _refusal("a.docx", handbook_docx[: len(handbook_docx) // 2])
    assert "a.pdf: " in _refusal("a.pdf", make_pdf("x")[:60])


def test_deep_nesting_is_a_broken_file(handbook_docx: bytes) -> None:
    deep = b"<w:ins>" * 50_000 + b"</w:ins>" * 50_000
    data = _changed(handbook_docx, "word/document.xml", lambda xml: xml.replace(b"<w:body>", b"<w:body>" + deep))

    assert _refusal("a.docx", data) == "a.docx: the file nests its parts too deeply: the limit is 250 levels"
    html = b"<div>" * 100_000 + b"deep"
    assert [piece.content for piece in extract("a.html", html, SETTINGS).pieces] == ["deep"]


def test_an_encrypted_archive_is_called_so(handbook_docx: bytes) -> None:
    locked = bytearray(handbook_docx)
    entry = handbook_docx.index(b"PK\x01\x02")
    locked[entry + 8] |= 1

    assert _refusal("a.docx", bytes(locked)) == "a.docx: the file is encrypted"
