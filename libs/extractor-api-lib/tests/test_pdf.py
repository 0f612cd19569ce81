import stat
from pathlib import Path

import pytest

from extractor_api_lib.errors import BrokenFileError, OcrUnavailableError
from extractor_api_lib.extraction import extract
from extractor_api_lib.models import PieceType
from extractor_api_lib.ocr import problem_with
from extractor_api_lib.ocr_program import missing_languages
from extractor_api_lib.settings import ExtractorSettings

from .conftest import PdfMaker

SETTINGS = ExtractorSettings()


def _fake_tesseract(folder: Path, script: str) -> ExtractorSettings:
    executable = folder / "tesseract"
    executable.write_text(f"#!/bin/sh\n{script}\n")
    executable.chmod(executable.stat().st_mode | stat.S_IXUSR)
    return ExtractorSettings(ocr_command=str(executable), ocr_timeout_seconds=1)


def test_each_page_with_text_is_a_piece_with_its_number(make_pdf: PdfMaker) -> None:
    pieces = extract("a.pdf", make_pdf("The first page", None, "The third page"), SETTINGS).pieces

    assert [(piece.content, piece.page, piece.position) for piece in pieces] == [
        ("The first page", 1, 0),
        ("The third page", 3, 1),
    ]
    assert {piece.type for piece in pieces} == {PieceType.TEXT}


@pytest.mark.skipif(bool(missing_languages("deu+eng")), reason="the language data of Tesseract is not installed")
def test_a_page_without_text_is_read_by_tesseract(scanned_pdf: bytes) -> None:
    (piece,) = extract("a.pdf", scanned_pdf, SETTINGS).pieces

    assert piece.content == "Four weeks notice"
    assert piece.type is PieceType.IMAGE
    assert piece.page == 1


def test_tesseract_is_given_the_whole_page_as_pgm(scanned_pdf: bytes, tmp_path: Path) -> None:
    settings = _fake_tesseract(tmp_path, f'cat > {tmp_path}/picture; echo "$@"')

    (piece,) = extract("a.pdf", scanned_pdf, settings).pieces

    header, width, height, *_ = (tmp_path / "picture").read_bytes().split(maxsplit=4)
    assert (header, int(width), int(height)) == (b"P5", 1653, 2339)
    assert (tmp_path / "picture").stat().st_size == len(b"P5 1653 2339 255\n") + 1653 * 2339
    assert piece.content == "stdin stdout -l deu+eng --dpi 200"


def test_without_tesseract_a_scanned_page_is_not_passed_over(scanned_pdf: bytes) -> None:
    with pytest.raises(OcrUnavailableError, match="/no/tesseract cannot be run: No such file"):
        extract("a.pdf", scanned_pdf, ExtractorSettings(ocr_command="/no/tesseract"))


def test_tesseracts_own_error_is_told(scanned_pdf: bytes, tmp_path: Path) -> None:
    with pytest.raises(OcrUnavailableError, match="failed: no such file"):
        extract("a.pdf", scanned_pdf, _fake_tesseract(tmp_path, "echo no such file >&2; exit 1"))


@pytest.mark.parametrize("own", [True, False])
def test_a_missing_language_is_named_with_its_package(
    scanned_pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, own: bool
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    (tmp_path / "eng.traineddata").touch()
    said = "echo \"Failed loading language 'chi_sim'\" >&2; exit 1"
    settings = ExtractorSettings() if own else _fake_tesseract(tmp_path, said)
    settings = settings.model_copy(update={"ocr_languages": "eng+chi_sim"})

    with pytest.raises(OcrUnavailableError, match="data of chi_sim is missing: install tesseract-ocr-chi-sim"):
        extract("a.pdf", scanned_pdf, settings)


def test_what_keeps_ocr_from_working_is_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    missing = "the language data of deu, eng is missing: install tesseract-ocr-deu tesseract-ocr-eng"
    assert problem_with(ExtractorSettings()) == missing
    assert problem_with(ExtractorSettings(ocr_command="/no/tesseract")) == "program /no/tesseract is not installed"
    for name in ("deu", "eng"):
        (tmp_path / f"{name}.traineddata").touch()
    assert problem_with(ExtractorSettings()) is None


def test_a_page_that_takes_too_long_is_given_up(scanned_pdf: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match="longer than 1 s"):
        extract("a.pdf", scanned_pdf, _fake_tesseract(tmp_path, "exec sleep 20"))


def test_too_many_pages_are_refused(make_pdf: PdfMaker) -> None:
    with pytest.raises(BrokenFileError, match="has 3 pages; the limit is 2"):
        extract("a.pdf", make_pdf("a", "b", "c"), ExtractorSettings(max_pages=2))


@pytest.mark.parametrize("data", [b"no pdf at all", b"%PDF-1.7\n", b"\x00\xff" * 500])
def test_what_is_no_pdf_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(BrokenFileError, match=r"^broken\.pdf: the file is not a readable PDF"):
        extract("broken.pdf", data, SETTINGS)


def test_an_encrypted_pdf_is_called_so(make_pdf: PdfMaker) -> None:
    encryption = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<00> <00>]".format("00" * 32)
    data = make_pdf("secret").replace(b"/Root 1 0 R", f"/Root 1 0 R {encryption}".encode())

    with pytest.raises(BrokenFileError, match="encrypted"):
        extract("a.pdf", data, SETTINGS)


def test_a_pdf_of_empty_pages_holds_no_text(make_pdf: PdfMaker) -> None:
    with pytest.raises(BrokenFileError, match=r"a\.pdf: the file holds no text"):
        extract("a.pdf", make_pdf(None, None), SETTINGS)
