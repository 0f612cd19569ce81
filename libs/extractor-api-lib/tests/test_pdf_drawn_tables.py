"""What is on top of a drawn table, by the letters in its cells."""

from collections.abc import Collection

import pytest

from extractor_api_lib.formats.pdf_drawn_tables import CellText, drawn_text
from extractor_api_lib.formats.pdf_tables import Cell, Table

Place = tuple[int, int]
FEES = [("Canoe", "12"), ("Kayak", "14"), ("Sloop", "30")]
NAMES = [("Owner", "Anna"), ("Berth", "north"), ("Phone", "none")]


def _text(rows: list[tuple[str, ...]], bold: Collection[Place] = ()) -> str:
    texts: dict[Cell, CellText] = {}
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            cell = Cell(row, column, (column * 100, 700 - 20 * (row + 1), column * 100 + 100, 700 - 20 * row))
            texts[cell] = CellText([(letter, 690.0 - 20 * row) for letter in text], (row, column) in bold)
    columns = len(rows[0])
    box = (0, 700 - 20 * len(rows), columns * 100, 700)
    return drawn_text(Table(box, len(rows), columns, tuple(texts)), texts)


@pytest.mark.parametrize(
    ("rows", "bold", "has_header"),
    [
        pytest.param(FEES, [(0, 0), (0, 1)], True, id="a bold first row"),
        pytest.param(FEES, [(row, column) for row in range(3) for column in range(2)], False, id="all bold"),
        pytest.param(NAMES, [(0, 0), (1, 0), (2, 0)], False, id="bold names of rows"),
        pytest.param(NAMES, [(0, 0), (0, 1), (1, 0), (2, 0)], True, id="bold names of rows and columns"),
        pytest.param(NAMES, [], True, id="nothing bold"),
        pytest.param(NAMES, [(1, 0)], True, id="one bold cell"),
    ],
)
def test_bold_letters_tell_the_header(rows: list[tuple[str, ...]], bold: list[Place], *, has_header: bool) -> None:
    text = _text(rows, bold)

    assert text.startswith("\n") != has_header
    assert text.removeprefix("\n") == "\n".join(" | ".join(row) for row in rows)


def test_a_table_without_letters_is_no_text() -> None:
    assert not _text([("", ""), ("", "")])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("",) * 6 + ("mf",) + ("",) * 5, ("p", *("",) * 10, "ff")], "mf\np ff"),
        ([("Sales", *("",) * 9), ("",) * 10, ("", "2025", *("",) * 7, "2026")], "Sales\n2025 2026"),
    ],
)
def test_a_grid_that_is_mostly_empty_is_a_picture(rows: list[tuple[str, ...]], expected: str) -> None:
    assert _text(rows) == expected


def test_a_form_with_empty_cells_stays_a_table() -> None:
    days = ("Name", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    rows = [days, ("Anna", *("",) * 7), ("Ben", *("",) * 7), ("Cy", *("",) * 7)]

    assert _text(rows, [(0, column) for column in range(8)]).splitlines()[0] == " | ".join(days)
