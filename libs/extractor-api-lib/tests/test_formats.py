import pytest

from extractor_api_lib.errors import BrokenFileError, UnsupportedTypeError
from extractor_api_lib.extraction import extract
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

SETTINGS = ExtractorSettings()


def _pieces(file_name: str, data: bytes | str) -> list[tuple[str, str]]:
    raw = data.encode() if isinstance(data, str) else data
    return [(piece.type.value, piece.content) for piece in extract(file_name, raw, SETTINGS).pieces]


def test_html_shows_what_a_reader_sees() -> None:
    page = """<!doctype html><title>Canteen</title><script>var x = "hidden"</script><style>p {}</style>
    <nav><a href="/">Home</a></nav><h1>Opening&nbsp;hours</h1><p>From <b>eleven</b>
    to two.<p>Closed on Sundays.<table><tr><th>Dish<th>Price<tr><td>Soup<td>3 &euro;</table>After"""

    assert _pieces("a.html", page) == [
        ("text", "Canteen"),
        ("text", "Opening hours"),
        ("text", "From eleven to two."),
        ("text", "Closed on Sundays."),
        ("table", "Dish | Price\nSoup | 3 €"),
        ("text", "After"),
    ]


def test_headings_are_told_with_their_level() -> None:
    def headings(name: str, text: str) -> list[tuple[str, int | None]]:
        return [(piece.content, piece.heading) for piece in extract(name, text.encode(), SETTINGS).pieces]

    expected = [("Canteen", 1), ("Hours", 2), ("Eleven to two.", None)]
    assert headings("a.html", "<h1>Canteen</h1><h2>Hours</h2><p>Eleven to two.") == expected
    assert headings("a.md", "# Canteen\n## Hours\nEleven to two.\n") == expected


@pytest.mark.parametrize("head", ['<meta charset="iso-8859-2">', "<meta content='text/html; charset=ISO-8859-2'>"])
def test_html_is_read_in_the_encoding_it_names(head: str) -> None:
    assert _pieces("a.html", f"{head}<p>Łódź".encode("iso-8859-2")) == [("text", "Łódź")]


def test_markdown_loses_its_marks() -> None:
    page = (
        "# Canteen\n\nOpens at *eleven*,\nsee [plan](x.html).\n\n- `soup`\n\n"
        "```sh\nls -l\n```\n\n<div>html <b>too</b></div>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )

    assert _pieces("a.md", page) == [
        ("text", "Canteen"),
        ("text", "Opens at eleven,\nsee plan."),
        ("text", "• soup"),
        ("text", "ls -l"),
        ("text", "html too"),
        ("table", "a | b\n1 | 2"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_in_its_dialects(separator: str) -> None:
    rows = [["dish", "price"], ["soup", "3"], ["pie", "5"]]
    text = "\r\n".join(separator.join(row) for row in rows)

    assert _pieces("a.csv", text) == [("table", "dish | price\nsoup | 3\npie | 5")]


def test_a_long_csv_repeats_its_header() -> None:
    pieces = _pieces("a.csv", "number,square\n" + "".join(f"{n},{n * n}\n" for n in range(120)))

    assert len(pieces) == 3
    assert all(content.startswith("number | square\n") for _, content in pieces)
    assert pieces[2][1].endswith("119 | 14161")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_in_its_encodings(encoding: str) -> None:
    text = "Kündigung für 5 Jahre\r\nnoch eine Zeile\r\n\r\nzweiter Absatz"

    assert _pieces("a.txt", text.encode(encoding)) == [
        ("text", "Kündigung für 5 Jahre\nnoch eine Zeile"),
        ("text", "zweiter Absatz"),
    ]


def test_positions_count_on() -> None:
    pieces = extract("a.txt", b"a\n\nb\n\nc", SETTINGS).pieces

    assert [piece.position for piece in pieces] == [0, 1, 2]
    assert {piece.page for piece in pieces} == {None}
    assert {piece.type for piece in pieces} == {PieceType.TEXT}


@pytest.mark.parametrize(
    ("file_name", "data", "cause"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b" \n \n", "the file holds no text"),
        ("a.txt", b"\x00\x01\x02\x03", "the file is binary"),
        ("a.csv", b"\x81\x8d\x8f", "the file is not text in utf-8 or cp1252"),
        ("a.docx", b"not a zip", "the file is not a DOCX"),
        ("a.html", b"<script>x</script>", "the file holds no text"),
    ],
)
def test_a_broken_file_is_told_by_name_and_cause(file_name: str, data: bytes, cause: str) -> None:
    with pytest.raises(BrokenFileError, match=f"^{file_name}: {cause}"):
        extract(file_name, data, SETTINGS)


def test_an_unknown_suffix_lists_the_known_ones() -> None:
    with pytest.raises(UnsupportedTypeError, match=r"^a\.exe: unknown type of file; known are \.pdf, \.docx"):
        extract("a.exe", b"MZ", SETTINGS)
