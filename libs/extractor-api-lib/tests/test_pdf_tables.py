import pytest

from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

from .conftest import PdfMaker

ROWS = [("Grade", "Weeks"), ("Manager", "twelve"), ("Others", "four")]
LEFT, WIDTH, TOP, HEIGHT = 72, 120, 700, 24
LINES = "".join(
    [f"{LEFT} {TOP - HEIGHT * row} m {LEFT + 2 * WIDTH} {TOP - HEIGHT * row} l S " for row in range(4)]
    + [f"{LEFT + WIDTH * column} {TOP} m {LEFT + WIDTH * column} {TOP - 3 * HEIGHT} l S " for column in range(3)]
)
BOXES = "".join(
    f"{LEFT + WIDTH * column} {TOP - HEIGHT * (row + 1)} {WIDTH} {HEIGHT} re S "
    for row in range(3)
    for column in range(2)
)
# As word processors draw borders: thin filled rectangles, in units of a tenth under a matrix.
BARS = "q 0.1 0 0 0.1 0 0 cm " + "".join(
    [f"{LEFT}0 {TOP - HEIGHT * row}0 {2 * WIDTH}0 5 re f " for row in range(4)]
    + [f"{LEFT + WIDTH * column}0 {TOP - 3 * HEIGHT}0 5 {3 * HEIGHT}0 re f " for column in range(3)]
    + ["Q "]
)


def _text(x: float, y: float, text: str) -> str:
    return f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET "


def _cells() -> str:
    return "".join(
        _text(LEFT + 5 + WIDTH * column, TOP - HEIGHT * row - 16, text)
        for row, cells in enumerate(ROWS)
        for column, text in enumerate(cells)
    )


def _pieces(data: bytes) -> list[tuple[str, str, int | None]]:
    pieces = extract("a.pdf", data, ExtractorSettings()).pieces
    return [(piece.type.value, piece.content, piece.page) for piece in pieces]


@pytest.mark.parametrize("drawing", [LINES, BOXES, BARS], ids=["lines", "boxes", "bars"])
def test_a_drawn_table_stands_between_the_texts_around_it(make_pdf_of_streams: PdfMaker, drawing: str) -> None:
    page = _text(72, 750, "Before it.") + drawing + _cells() + _text(72, 500, "After it.")

    assert _pieces(make_pdf_of_streams([page])) == [
        ("text", "Before it.", 1),
        ("table", "Grade | Weeks\nManager | twelve\nOthers | four", 1),
        ("text", "After it.", 1),
    ]


def test_two_tables_on_a_page_stay_two(make_pdf_of_streams: PdfMaker) -> None:
    second = f"q 1 0 0 1 0 -200 cm {BOXES} {_cells()} Q"

    kinds = [kind for kind, *_ in _pieces(make_pdf_of_streams([BOXES + _cells() + second]))]

    assert kinds == ["table", "table"]


def test_a_merged_cell_keeps_its_text_whole(make_pdf_of_streams: PdfMaker) -> None:
    without_middle_at_the_top = LINES.replace(f"{LEFT + WIDTH} {TOP} m", f"{LEFT + WIDTH} {TOP - HEIGHT} m")
    wide = _text(LEFT + 60, TOP - 16, "Notice in weeks of grades")

    (table,) = _pieces(
        make_pdf_of_streams([without_middle_at_the_top + wide + _cells().partition("(Weeks) Tj ET ")[2]])
    )

    assert table[1] == "Notice in weeks of grades | \nManager | twelve\nOthers | four"


@pytest.mark.parametrize(
    "drawing",
    [
        "60 60 475 700 re S ",
        "72 650 m 300 650 l S 72 600 m 300 600 l S ",
        "72 700 m 300 500 l S 300 700 m 72 500 l S ",
        "".join(f"{10 + n % 500} {10 + n % 700} m {30 + n % 500} {10 + n % 700} l S " for n in range(12_000)),
    ],
    ids=["a frame", "rules", "slanted lines", "a drawing"],
)
def test_other_drawings_are_no_table(make_pdf_of_streams: PdfMaker, drawing: str) -> None:
    lines = "".join(_text(LEFT, TOP - 12 * row, f"Line {row} of a paragraph without cells") for row in range(3))

    assert [kind for kind, *_ in _pieces(make_pdf_of_streams([drawing + lines]))] == ["text"]
