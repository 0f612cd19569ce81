import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pptx
import pytest
from pptx.util import Inches

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

Piece = tuple[str, str, int | None]


def _pieces(name: str, data: bytes, settings: ExtractorSettings | None = None) -> list[Piece]:
    pieces = extract(name, data, settings or ExtractorSettings()).pieces
    return [(piece.type.value, piece.content, piece.page) for piece in pieces]


def _workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def deck() -> bytes:
    presentation: Any = pptx.Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Canteen"
    first.placeholders[1].text = "Opens at eleven\nCloses at two"
    first.notes_slide.notes_text_frame.text = "Mention the holidays"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = second.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for row, cells in enumerate([("Dish", "Price"), ("Soup", "3")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def test_slides_are_pages_with_texts_tables_and_notes(deck: bytes) -> None:
    assert _pieces("a.pptx", deck) == [
        ("text", "Canteen", 1),
        ("text", "Opens at eleven\nCloses at two", 1),
        ("text", "Mention the holidays", 1),
        ("table", "Dish | Price\nSoup | 3", 2),
    ]


def test_too_many_slides_are_refused(deck: bytes) -> None:
    with pytest.raises(BrokenFileError, match="has 2 slides; the limit is 1"):
        _pieces("a.pptx", deck, ExtractorSettings(max_pages=1))


def test_sheets_are_pages_and_their_cells_tables() -> None:
    data = _workbook({"Prices": [["dish", "price"], ["soup", 3], ["pie", 4.5]], "Empty": [], "Two": [["x", True]]})

    assert _pieces("a.xlsx", data) == [
        ("text", "Prices", 1),
        ("table", "dish | price\nsoup | 3\npie | 4.5", 1),
        ("text", "Two", 3),
        ("table", "x | TRUE", 3),
    ]


def test_dates_and_times_are_written_as_such() -> None:
    row = [date(2024, 2, 29), datetime(2024, 2, 29, 13, 5), time(8, 30), 45351]

    assert _pieces("a.xlsx", _workbook({"S": [row]}))[1][1] == "2024-02-29 | 2024-02-29 13:05:00 | 08:30:00 | 45351"


def test_cells_that_are_left_out_keep_the_columns_in_line() -> None:
    assert _pieces("a.xlsx", _workbook({"S": [["a", None, "c"], [None, "b"]]}))[1][1] == "a |  | c\n | b"


def test_a_cell_at_the_far_end_costs_nothing() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "near", "far"
    buffer = io.BytesIO()
    book.save(buffer)

    (_, near_and_far) = _pieces("a.xlsx", buffer.getvalue())

    assert near_and_far[1].startswith("near")
    assert near_and_far[1].endswith("far")


def test_too_many_sheets_are_refused() -> None:
    with pytest.raises(BrokenFileError, match="has 2 sheets; the limit is 1"):
        _pieces("a.xlsx", _workbook({"A": [["a"]], "B": [["b"]]}), ExtractorSettings(max_pages=1))
