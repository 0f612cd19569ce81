"""Parts of one line that PDFium takes for lines of their own."""

import pytest

from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, Word
from extractor_api_lib.formats.pdf_raised import with_raised

LETTER = 5.0


def _line(text: str, left: float, *, bottom: float = 700, size: float = 10, fixed: bool = False) -> Line:
    words: list[Word] = []
    at = left
    for word in text.split():
        words.append(Word(word, at, at + LETTER * len(word), bottom, bottom + size))
        at += LETTER * (len(word) + 0.6)
    return Line(tuple(words), size, is_fixed=fixed)


def _after(line: Line, gap: float, text: str, *, bottom: float = 700, fixed: bool = False) -> Line:
    return _line(text, line.right + gap, bottom=bottom, fixed=fixed)


@pytest.mark.parametrize(
    ("first", "gap", "second", "raised", "expected"),
    [
        ("easier to parse7", 0.7, ", and for readers", 0, "easier to parse7, and for readers"),
        ("in the handbook3", 1.7, ". It is not", 0, "in the handbook3. It is not"),
        ("can run the setup8", 3.7, "and check if", 0, "can run the setup8 and check if"),
        ("then c", 0.5, "2 = a", 3, "then c 2 = a"),
        ("with X LE", -3.5, "ATEX it is", 0, "with X LE ATEX it is"),
    ],
)
def test_parts_beside_each_other_are_one_line(
    first: str, gap: float, second: str, raised: float, expected: str
) -> None:
    line = _line(first, 50)

    (joined,) = with_raised([line, _after(line, gap, second, bottom=700 + raised)])

    assert isinstance(joined, Line)
    assert joined.text == expected


@pytest.mark.parametrize(("gap", "below", "fixed"), [(12, 0, False), (1, 12, False), (1, 0, True), (-40, 0, False)])
def test_columns_lines_below_and_code_stay_apart(gap: float, below: float, *, fixed: bool) -> None:
    line = _line("the harbour office opens", 50)

    assert len(with_raised([line, _after(line, gap, "at seven", bottom=700 - below, fixed=fixed)])) == 2


def test_a_table_between_two_parts_keeps_them_apart() -> None:
    line = _line("the harbour", 50)

    assert len(with_raised([line, DrawnTable("a | b"), _after(line, 1, "opens")])) == 3


def test_the_longer_part_gives_the_size() -> None:
    line = _line("1", 50, size=6)

    (joined,) = with_raised([line, _after(line, 1, "Fees are paid by all")])

    assert isinstance(joined, Line)
    assert joined.size == 10
