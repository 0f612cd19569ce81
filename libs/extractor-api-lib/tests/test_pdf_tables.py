import pytest

from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

from .conftest import PdfMaker, pdf_of_streams

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


def _grid(rows: list[tuple[str, ...]], xs: list[int], ys: list[int]) -> str:
    """Return text in cells of 120 by 24 points, with the lines between them that `xs` and `ys` count."""
    columns = len(rows[0])
    lines = [
        *(f"{LEFT} {TOP - HEIGHT * y} m {LEFT + columns * WIDTH} {TOP - HEIGHT * y} l S " for y in ys),
        *(f"{LEFT + WIDTH * x} {TOP} m {LEFT + WIDTH * x} {TOP - len(rows) * HEIGHT} l S " for x in xs),
    ]
    texts = [
        _text(LEFT + 5 + WIDTH * column, TOP - HEIGHT * row - 16, text)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]
    return "".join(lines + texts)


WIDE = [("Grade", "Weeks", "Form"), ("Manager", "twelve", "written"), ("Others", "four", "spoken")]


@pytest.mark.parametrize(
    ("xs", "ys"),
    [([1, 2], [0, 1, 2, 3]), ([1, 2, 3], [0, 1, 2, 3]), ([0, 1, 2], [0, 1, 2, 3]), ([0, 1, 2, 3], [1, 2])],
    ids=["open at both sides", "open at the left", "open at the right", "open above and below"],
)
def test_a_table_that_is_open_at_its_sides_keeps_its_outer_cells(
    make_pdf_of_streams: PdfMaker, xs: list[int], ys: list[int]
) -> None:
    page = _text(72, 750, "Before it.") + _grid(WIDE, xs, ys) + _text(72, 500, "After it.")

    assert [content for _, content, _ in _pieces(make_pdf_of_streams([page]))] == [
        "Before it.",
        "Grade | Weeks | Form\nManager | twelve | written\nOthers | four | spoken",
        "After it.",
    ]


PRICES = [("Boat", "Fee"), ("Canoe", "12"), ("Kayak", "14"), ("Sloop", "30"), ("Barge", "75")]


@pytest.mark.parametrize("xs", [[0, 1, 2], [1]], ids=["closed", "open at both sides"])
def test_rows_without_lines_between_them_stay_apart(make_pdf_of_streams: PdfMaker, xs: list[int]) -> None:
    (table,) = _pieces(make_pdf_of_streams([_grid(PRICES, xs, [0, 1, 5])]))

    assert table[1] == "Boat | Fee\nCanoe | 12\nKayak | 14\nSloop | 30\nBarge | 75"


def test_a_cell_of_several_lines_stays_one(make_pdf_of_streams: PdfMaker) -> None:
    rows = [("Grade", "Weeks"), ("Manager", "twelve, of which"), ("", "two may be"), ("", "worked from home")]

    (table,) = _pieces(make_pdf_of_streams([_grid(rows, [0, 1, 2], [0, 1, 4])]))

    assert table[1] == "Grade | Weeks\nManager | twelve, of which two may be worked from home"


@pytest.mark.parametrize(
    ("rows", "has_header"),
    [
        ([("Grade", "Weeks"), ("Manager", "twelve"), ("Others", "four")], True),
        ([("Boat", "Fee"), ("Canoe", "12"), ("Kayak", "14")], True),
        ([("Canoe", "12"), ("Kayak", "14"), ("Sloop", "30")], False),
        ([("Name:", "Anna"), ("Berth:", "north"), ("Phone:", "none")], False),
        ([("Sales", "2023"), ("North", "12"), ("South", "14")], True),
        ([("Room", "12 a"), ("Seats", "40"), ("Screens", "two")], True),
    ],
)
def test_the_first_row_is_the_header_unless_it_is_one_like_the_others(
    make_pdf_of_streams: PdfMaker, rows: list[tuple[str, ...]], has_header: bool
) -> None:
    (table,) = _pieces(make_pdf_of_streams([_grid(rows, [0, 1, 2], [0, 1, 2, 3])]))

    assert table[1].startswith("\n") != has_header
    assert table[1].removeprefix("\n") == "\n".join(" | ".join(row) for row in rows)


def _in_two_cells(first: str, second: str) -> str:
    """Return the first row of a table whose first cell is too narrow for its text."""
    page = LINES + _text(LEFT + 5, TOP - 16, first) + _text(LEFT + WIDTH + 3, TOP - 16, second) + _cells_below()
    ((_, content, _),) = _pieces(pdf_of_streams([page]))
    return content.lstrip("\n").splitlines()[0]


def _cells_below() -> str:
    return "".join(
        _text(LEFT + 5 + WIDTH * column, TOP - HEIGHT * row - 16, "four") for row in (1, 2) for column in (0, 1)
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Grade of the harbourmaster", "Weeks", "Grade of the harbourmaster | Weeks"),
        ("Office: www.harbour.example", "Weeks", "Office: www.harbour.example | Weeks"),
        ("Grade of harbour_master_s", "Weeks", "Grade of harbour_master_s | Weeks"),
        ("Grade", "Weeks", "Grade | Weeks"),
    ],
)
def test_a_word_that_is_too_long_for_its_cell_stays_whole(first: str, second: str, expected: str) -> None:
    assert _in_two_cells(first, second) == expected
