"""Small files that would become large texts, or keep a worker busy: refused in little time and memory."""

import io
import re
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker_pool import WorkerPool

from .conftest import pdf_of_streams

pytestmark = pytest.mark.slow

SETTINGS = ExtractorSettings(workers=1, max_text_characters=1_000_000, document_cpu_seconds=20)
OFFICE = "http://schemas.openxmlformats.org"
SHEET = f"{OFFICE}/spreadsheetml/2006/main"
LONGEST_SECONDS = 30


def _zip(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _package(main: str, parts: dict[str, bytes], relations: dict[str, str] | None = None) -> bytes:
    kind = f"{OFFICE}/officeDocument/2006/relationships"
    root = f'<Relationships><Relationship Id="r" Type="{kind}/officeDocument" Target="{main}"/></Relationships>'
    listed = "".join(
        f'<Relationship Id="{key}" Type="{kind}/{target.partition(":")[0]}" Target="{target.partition(":")[2]}"/>'
        for key, target in (relations or {}).items()
    )
    folder, _, name = main.rpartition("/")
    rels = {f"{folder}/_rels/{name}.rels": f"<Relationships>{listed}</Relationships>".encode()} if relations else {}
    return _zip({"_rels/.rels": root.encode(), **rels, **parts})


def _docx(body: bytes) -> bytes:
    head = f'<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main"><w:body>'.encode()
    return _package("word/document.xml", {"word/document.xml": head + body + b"</w:body></w:document>"})


def _pptx(body: bytes) -> bytes:
    head = b'<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:txBody>'
    listed = b'<p:sldIdLst><p:sldId id="1" r:id="s1"/></p:sldIdLst>'
    deck = b'<p:presentation xmlns:p="p" xmlns:r="r">' + listed + b"</p:presentation>"
    parts = {"ppt/presentation.xml": deck, "ppt/s1.xml": head + body + b"</p:txBody></p:sp></p:sld>"}
    return _package("ppt/presentation.xml", parts, {"s1": "slide:s1.xml"})


def _xlsx(rows: bytes, shared: bytes = b"") -> bytes:
    book = f'<workbook xmlns="{SHEET}" xmlns:r="r"><sheets><sheet name="a" r:id="s1"/></sheets></workbook>'
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
    strings = f'<sst xmlns="{SHEET}">'.encode() + shared + b"</sst>"
    parts = {"xl/workbook.xml": book.encode(), "xl/s1.xml": sheet, "xl/sharedStrings.xml": strings}
    return _package("xl/workbook.xml", parts, {"s1": "worksheet:s1.xml", "t1": "sharedStrings:sharedStrings.xml"})


def _epub(chapter: bytes, count: int = 1) -> bytes:
    container = b'<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(count))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(count))
    package = f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>".encode()
    chapters = {f"c{n}.xhtml": chapter for n in range(count)}
    return _zip({"META-INF/container.xml": container, "p.opf": package, **chapters})


def _rows_across() -> bytes:
    return b"".join(b'<row><c r="A%d"/><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 5000))


def _shared_text() -> tuple[bytes, bytes]:
    cells = b'<c t="s"><v>0</v></c>' * 200
    return (b"<row>" + cells + b"</row>") * 200, b"<si><t>" + b"x" * 100_000 + b"</t></si>"


LONG = b"<w:p><w:r><w:t>" + b"four weeks " * 100 + b"</w:t></w:r></w:p>"
LINES = "".join(f"BT /F1 5 Tf 9 {9 + 6 * line} Td ({'lunch ' * 20}) Tj ET " for line in range(130))
BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "text of a DOCX": ("a.docx", lambda: _docx(LONG * 20_000), "more than 1000000 characters"),
    "one paragraph": ("a.docx", lambda: _docx(LONG.replace(b"four weeks ", b"x" * 100_000)), "more than 1000000"),
    "elements of a DOCX": ("a.docx", lambda: _docx(b"<w:p/>" * 1_100_000), "more elements than the limit"),
    "nested insertions": ("a.docx", lambda: _docx(b"<w:ins>" * 100_000 + b"</w:ins>" * 100_000), "too deeply"),
    "a part": ("a.docx", lambda: _docx(b" " * 110_000_000), "unpacks to .* bytes; the limit is 100000000"),
    "text of a PPTX": (
        "a.pptx", lambda: _pptx(b"<a:p><a:r><a:t>" + b"x" * 2_000_000 + b"</a:t></a:r></a:p>"), "more than 1000000"
    ),
    "nested paragraphs": (
        "a.pptx", lambda: _pptx(b"<a:p><a:t>xxxxxxxx</a:t>" * 50_000 + b"</a:p>" * 50_000), "too deeply"
    ),
    "far columns": ("a.xlsx", lambda: _xlsx(_rows_across()), "more than 1000000 characters"),
    "a shared text": ("a.xlsx", lambda: _xlsx(*_shared_text()), "rows of a table hold more than"),
    "nested cells": ("a.xlsx", lambda: _xlsx(b"<row>" * 200_000 + b"</row>" * 200_000), "too deeply"),
    "columns of a CSV": ("a.csv", lambda: b"a,b\n" + b"," * 2_000_000 + b"x\n", "more than 1000000 characters"),
    "chapters": ("a.epub", lambda: _epub(b"<p>" + b"x" * 200_000 + b"</p>", 20), "more than 1000000 characters"),
    "plain text": ("a.txt", lambda: b"four weeks\n\n" * 200_000, "more than 1000000 characters"),
    "pages of a PDF": (
        "a.pdf",
        lambda: pdf_of_streams([LINES] * 90),
        "more than 1000000 characters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_does_not_become_a_large_text(name: str) -> None:
    file_name, make, reason = BOMBS[name]

    with pytest.raises(BrokenFileError, match=reason):
        extract(file_name, make(), SETTINGS)


OPEN_ENDED = (
    "<!--", "<!", "<![CDATA[", "<?", "</", "</a", "<a ", "<a b='", '<a b="', "<a b=c ", "<!DOCTYPE ", "<script>",
    "<title>", "<style></", "<textarea>", "&", "&#", "&#x", "&amp", "<a/", "<svg><", "<table><tr><td>", "<-", "<!-->",
    "--!>", "<!-- -",
)  # fmt: skip


@pytest.mark.parametrize("mark", OPEN_ENDED)
@pytest.mark.parametrize("suffix", ["html", "md", "epub"])
def test_marks_without_an_end_take_time_that_grows_with_their_number(mark: str, suffix: str) -> None:
    """Eight times as many take about eight times as long: with the square it would be 64 times."""

    def seconds(size: int) -> float:
        page = (mark * (size // len(mark))).encode()
        data = _epub(page) if suffix == "epub" else page
        started = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        with suppress(BrokenFileError):
            extract(f"a.{suffix}", data, ExtractorSettings(max_text_characters=10_000_000))
        return resource.getrusage(resource.RUSAGE_SELF).ru_utime - started

    seconds(1000)
    small = max(seconds(16_000), 0.004)
    assert seconds(128_000) < 30 * small


def test_what_a_page_says_before_a_mark_without_an_end_is_kept() -> None:
    def texts(page: str) -> list[str]:
        return [piece.content for piece in extract("a.html", page.encode(), SETTINGS).pieces]

    assert texts("<p>four weeks</p><!-- <p>hidden</p>") == ["four weeks"]
    assert texts("<p>four weeks<a href='") == ["four weeks"]
    assert texts("four < five & six &lt; seven") == ["four < five & six < seven"]
    assert texts("<p>AT&T") == ["AT&T"]
    assert texts("ends with &am") == ["ends with &am"]


def test_processor_time_is_bounded() -> None:
    """A page with a stream that unpacks to 200 MB of operators keeps PDFium busy, which nothing but a signal ends."""
    operators = b"0 0 m 9 9 l S " * 15_000_000
    pool = WorkerPool(ExtractorSettings(workers=1, document_cpu_seconds=1))
    try:
        started = time.monotonic()
        with pytest.raises(BrokenFileError, match=r"more than 1 s of processor time|takes more memory than is allowed"):
            pool.extract("a.pdf", io.BytesIO(pdf_of_streams([zlib.compress(operators, 1)])))
        assert time.monotonic() - started < LONGEST_SECONDS
        assert pool.extract("a.txt", io.BytesIO(b"four weeks")).pieces[0].content == "four weeks"
    finally:
        pool.close()


def test_each_document_has_processor_time_of_its_own() -> None:
    pool = WorkerPool(ExtractorSettings(workers=1, document_cpu_seconds=1))
    try:
        for _ in range(40):
            pool.extract("a.txt", io.BytesIO(b"four weeks\n\n" * 4000))
    finally:
        pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_bomb_takes_little_memory() -> None:
    """400 MB of text in 400 KB, as a worker reads it."""
    program = """
import sys
from pathlib import Path
from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings
try:
    extract("a.docx", sys.stdin.buffer.read(), ExtractorSettings())
except BrokenFileError as error:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(status["VmHWM"].split()[0], error)
"""
    bomb = _docx(b"<w:p><w:r><w:t>" + b"x" * 400_000_000 + b"</w:t></w:r></w:p>")
    assert len(bomb) < 500_000
    done = subprocess.run([sys.executable, "-c", program], input=bomb, capture_output=True, check=True)  # noqa: S603
    said = re.match(rb"(\d+) a\.docx: its part word/document.xml unpacks to \d+ bytes; the limit is 1", done.stdout)
    assert said, done.stdout
    assert int(said[1]) < 200_000
