"""Headings, paragraphs, lists, columns and furniture of PDF pages, told from what PDFium says of their lines."""

from collections.abc import Sequence

import pytest

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.pdf_columns import in_columns
from extractor_api_lib.formats.pdf_furniture import Page, without_furniture
from extractor_api_lib.formats.pdf_lines import Line, Word
from extractor_api_lib.formats.pdf_structure import structured, style_of

LETTER = 5.0
"""Points that a letter takes."""


def _line(  # noqa: PLR0913 (a line has many parts)
    text: str,
    bottom: float,
    *,
    left: float = 50,
    size: float = 10,
    bold: bool = False,
    fixed: bool = False,
    font: str = "",
) -> Line:
    words: list[Word] = []
    at = left
    for word in text.split():
        words.append(Word(word, at, at + LETTER * len(word), bottom, bottom + size))
        at += LETTER * (len(word) + 0.6)
    return Line(tuple(words), size, bold, fixed, font=font)


def _page(number: int, *lines: Line) -> Page:
    return Page(number, lines)


def _text(first: str, bottom: float, *, left: float = 50, size: float = 10) -> list[Line]:
    full = "and this line is as long as the others are, it fills all of the column up to its right end"
    lines = ((first, bottom), (full, bottom - 12), (full + ".", bottom - 24))
    return [_line(text, at, left=left, size=size) for text, at in lines]


def _found(*pages: Page) -> list[Found]:
    return list(structured(pages, style_of(pages)))


def test_larger_and_bold_lines_are_headings_by_their_size() -> None:
    page = _page(
        1,
        _line("Handbook", 700, size=20, bold=True),
        _line("Leave and", 660, size=14),
        _line("how to take it", 644, size=14),
        *_text("Leave is taken in whole days by all who work here, whatever their hours are in the week, ", 620),
        _line("Special days", 560, bold=True),
        *_text("A wedding gives two days to the one who marries and one to each of their witnesses there", 540),
    )

    headings = [(item.content, item.heading) for item in _found(page) if item.heading]

    assert headings == [("Handbook", 1), ("Leave and how to take it", 2), ("Special days", 3)]


@pytest.mark.parametrize("size", [9, 10, 10.8])
@pytest.mark.parametrize(
    "text", ["1.6 Fees in winter", "10.6.2 Dogs", "A.1 Charts", "2.7. Moorings", "12.3 Sätze mit $$...$$ Zeichen"]
)
def test_bold_titles_with_the_number_of_a_section_are_headings(text: str, size: float) -> None:
    page = _page(1, *_text("The fees are paid by all who have a boat here, and those of guests are in the table", 700),
                 _line(text, 640, size=size, bold=True),
                 *_text("They are lower between October and April, as nobody sells ice or rope", 620))  # fmt: skip

    assert [(item.content, item.heading) for item in _found(page) if item.heading] == [(text, 1)]


@pytest.mark.parametrize("text", ["1. Moor the boat", "• Dogs", "2.5", "1.6 Fees are paid in winter too."])
def test_bold_items_numbers_and_sentences_are_no_headings(text: str) -> None:
    page = _page(1, *_text("The fees are paid by all who have a boat here, and those of guests are in the table", 700),
                 _line(text, 640, bold=True))  # fmt: skip

    assert not [item for item in _found(page) if item.heading]


@pytest.mark.parametrize(
    ("font", "expected"), [("CMR10", []), ("CMBX10", [1]), ("Demi-Sans", [1]), ("Times-Bold", [1])]
)
def test_where_all_text_has_the_weight_of_bold_letters_the_name_of_the_font_tells(
    font: str, expected: list[int]
) -> None:
    text = "and this line is as long as the others are, it fills all of the column up to its right end"
    page = _page(1, *(_line(text, 700 - 12 * n, bold=True, font="CMR10") for n in range(4)),
                 _line("Programs that read it", 620, bold=True, font=font),
                 *(_line(text, 590 - 12 * n, bold=True, font="CMR10") for n in range(4)))  # fmt: skip

    assert [item.heading for item in _found(page) if item.heading] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Table 1: Fees of the harbour",
        "Tabelle 1: Gebühren des Hafens",
        "Table 3.2. Fees of the harbour",
        "Tab. 4 – Gebühren",  # noqa: RUF001
        "Figure A.1: The pier",
        "Abbildung 2-1: Der Steg",
        "Abb. 7. Der Steg",
        "TABLE IV",
    ],
)
@pytest.mark.parametrize("size", [10, 14])
def test_bold_captions_are_no_headings(text: str, size: float) -> None:
    page = _page(1, *_text("The fees are paid by all who have a boat here, and those of guests are in the table", 700),
                 _line(text, 640, size=size, bold=True))  # fmt: skip

    assert [item.heading for item in _found(page)] == [None, None]


@pytest.mark.parametrize("text", ["Table manners", "Tables 2026", "Tabellen: wie man sie liest", "Figure skating"])
def test_headings_that_begin_like_captions_stay_headings(text: str) -> None:
    page = _page(1, *_text("The fees are paid by all who have a boat here, and those of guests are in the table", 700),
                 _line(text, 640, bold=True))  # fmt: skip

    assert [item.heading for item in _found(page)] == [None, 1]


def test_items_of_a_list_stay_together_with_the_line_that_leads_to_them() -> None:
    page = _page(
        1,
        _line("The chair may do all of what follows here, with the consent of the council and of its members:", 700),
        _line("• open and close the meeting,", 688),
        _line("• count votes, and", 676),
        _line("announce the result.", 664, left=60),
    )

    (item,) = _found(page)

    assert item.content.split("\n")[1:] == ["• open and close the meeting,", "• count votes, and announce the result."]


def test_code_keeps_its_lines() -> None:
    lead = _text("Run this to see what is installed on the machine, and then the other one for its version", 700)
    page = _page(1, *lead, _line("$ dpkg -l", 660, fixed=True), _line("$ uname -a", 648, fixed=True))

    assert _found(page)[-1].content == "$ dpkg -l\n$ uname -a"


def test_a_sentence_over_a_page_break_is_one_and_has_the_page_it_starts_on() -> None:
    first = _page(
        1, _line("The fee is paid by the first of the month, and for a boat of more than eight metres it is", 60)
    )
    second = _page(
        2,
        _line("doubled in summer.", 700),
        *_text("Dogs are welcome on the pier as long as they are on a lead and do not bark at anyone there", 660),
    )

    found = _found(first, second)

    assert found[0].content.endswith("metres it is doubled in summer.")
    assert [item.page for item in found] == [1, 2]


@pytest.mark.parametrize("gutter", [12.0, 18.0, 24.0])
@pytest.mark.parametrize("rows", [4, 6, 20])
def test_rows_that_are_drawn_across_columns_are_read_column_by_column(gutter: float, rows: int) -> None:
    left = [f"left line number {row} goes on for" for row in range(rows)]
    right = [f"right line number {row} is another" for row in range(rows)]

    def row(number: int) -> Line:
        one = _line(left[number], 700 - 12 * number)
        start = 50 + LETTER * 1.0 * len("left line number 00 goes on for") + gutter
        two = _line(right[number], 700 - 12 * number, left=start)
        return Line((*one.words, *two.words), 10)

    lines = [_line("A heading over both of the columns", 730, size=16), *(row(number) for number in range(rows))]

    assert [line.text for line in in_columns(lines)][1:] == [*left, *right]


def test_a_longer_column_ends_with_its_own_lines() -> None:
    def row(number: int) -> Line:
        words = (*_line(f"left {number} words of it", 700 - 12 * number).words,
                 *_line(f"right {number} words of it", 700 - 12 * number, left=200).words)  # fmt: skip
        return Line(words, 10)

    lines = [*(row(number) for number in range(5)), _line("left at its very end", 640)]

    texts = [line.text for line in in_columns(lines)]
    assert texts[5] == "left at its very end"
    assert texts[6] == "right 0 words of it"


def test_cells_of_a_table_without_lines_stay_in_their_rows() -> None:
    cells = [("Soup", "3.00"), ("Pie", "5.50"), ("Tea", "1.20"), ("Cake", "2.80"), ("Milk", "1.00")]
    lines = [
        Line((*_line(name, 700 - 12 * n).words, *_line(price, 700 - 12 * n, left=200).words), 10)
        for n, (name, price) in enumerate(cells)
    ]

    assert [line.text for line in in_columns(lines)] == [f"{name} {price}" for name, price in cells]


def _body(pages: Sequence[Page]) -> str:
    return "\n".join(item.text for page in pages for item in page.items if isinstance(item, Line))


def test_running_heads_feet_and_page_numbers_are_left_out() -> None:
    names = ["Berths", "Fees", "Dogs", "Ice", "Fuel", "Water", "Waste", "Winter"]
    pages = [
        _page(
            number,
            _line(f"CHAPTER {1 + number // 3}. PART {number}", 780, size=8),
            *_text(
                f"{names[number - 1]} are told of on this page, and it is not the same as that of the other pages", 700
            ),
            _line(f"Harbour rules {number} / 9", 30, size=8),
        )
        for number in range(1, 9)
    ]

    text = _body(without_furniture(pages))

    assert "CHAPTER" not in text
    assert "Harbour rules" not in text
    assert all(f"{name} are told of" in text for name in names)


def test_the_table_of_contents_is_left_out_and_the_headings_stay() -> None:
    contents = _page(
        1,
        _line("Contents", 760, size=16),
        _line("1 Berths . . . . . . . . . . . . . 3", 700),
        _line("2 Fees and how they are paid ........ 4", 688),
        _line("3 Dogs 5", 676),
    )
    text = _page(
        2, _line("1 Berths", 760, size=16), *_text("There are 12 berths on the pier and as many on the quay", 700)
    )

    left = _body(without_furniture([contents, text]))

    assert left.startswith("1 Berths\nThere are 12")
