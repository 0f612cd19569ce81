"""Tables without lines around their cells."""

from collections.abc import Sequence

import pytest

from extractor_api_lib.formats.pdf_aligned_tables import with_aligned_tables
from extractor_api_lib.formats.pdf_furniture import Page
from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, Word
from extractor_api_lib.formats.pdf_structure import structured, style_of
from extractor_api_lib.models import PieceType

LETTER = 5.0
FEES = [("Berth", "Length", "Fee"), ("Inner", "up to 12 m", "40 pounds"), ("Mooring", "any", "9 pounds")]
TEXT = "The harbour office opens at seven and closes at four on weekdays, but not in winter"


def _words(text: str, left: float, bottom: float) -> list[Word]:
    words: list[Word] = []
    for word in text.split():
        words.append(Word(word, left, left + LETTER * len(word), bottom, bottom + 10))
        left += LETTER * (len(word) + 0.6)
    return words


def _row(  # noqa: PLR0913 (a row has many parts)
    cells: Sequence[str],
    bottom: float,
    lefts: Sequence[float] = (50, 150, 250),
    *,
    bold: bool = False,
    fixed: bool = False,
    size: float = 10,
) -> Line:
    words = [word for cell, left in zip(cells, lefts, strict=False) for word in _words(cell, left, bottom)]
    return Line(tuple(words), size, bold, fixed)


def _table(rows: Sequence[Sequence[str]], lefts: Sequence[float] = (50, 150, 250)) -> list[Line]:
    return [_row(cells, 700 - 14 * n, lefts, bold=n == 0) for n, cells in enumerate(rows)]


def _texts(items: Sequence[Line | DrawnTable]) -> list[str]:
    return [item.text for item in with_aligned_tables(items) if isinstance(item, DrawnTable)]


def test_the_bold_first_row_is_the_header_of_its_table_and_no_heading() -> None:
    before, after = _row([TEXT], 740), _row([TEXT], 600)
    page = Page(1, tuple(with_aligned_tables([before, *_table(FEES), after])))

    found = list(structured([page], style_of([page])))

    assert [(item.type, item.heading) for item in found] == [
        (PieceType.TEXT, None),
        (PieceType.TABLE, None),
        (PieceType.TEXT, None),
    ]
    assert found[1].content == "Berth | Length | Fee\nInner | up to 12 m | 40 pounds\nMooring | any | 9 pounds"


def test_two_columns_an_empty_first_cell_and_numbers_at_the_right_are_a_table() -> None:
    assert _texts(_table([("Key", "Meaning"), ("F1", "Shows the help"), ("F2", "Renames a boat")]))
    (text,) = _texts(
        [
            _row(("2025", "2026"), 700, (158, 258)),
            _row(("Inner", "40", "45"), 686, (50, 165, 265)),
            _row(("Outer", "1025", "1030"), 672, (50, 155, 255)),
        ]
    )
    assert text.splitlines() == [" | 2025 | 2026", "Inner | 40 | 45", "Outer | 1025 | 1030"]


def test_a_cell_that_goes_on_in_the_next_line_is_one() -> None:
    wrapped = _row(["and of the quay"], 674, [150])
    rows = [_row(FEES[0], 700), _row(("Inner", "of the boat", "40 pounds"), 686), wrapped, _row(FEES[2], 660)]

    (text,) = _texts(rows)
    assert text.splitlines()[1] == "Inner | of the boat and of the quay | 40 pounds"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(_table(FEES[:2]), id="two rows"),
        pytest.param([_row([TEXT], 700 - 12 * n) for n in range(5)], id="a paragraph"),
        pytest.param([_row((f"{n}.", "open the door"), 700 - 14 * n, (50, 80)) for n in range(5)], id="a list"),
        pytest.param([_row((f"1.{n}", "Opening"), 700 - 14 * n, (50, 80)) for n in range(5)], id="headings"),
        pytest.param([_row(("int", "count;"), 700 - 14 * n, (50, 80)) for n in range(5)], id="declarations"),
        pytest.param([_row(("ls -l", "# list"), 700 - 14 * n, fixed=True) for n in range(5)], id="code"),
        pytest.param([_row((TEXT, TEXT), 700 - 14 * n, (50, 500)) for n in range(5)], id="prose in columns"),
        pytest.param([_row(("Berth", "Fee"), 700 - 14 * n, (50, 90 + 31 * n)) for n in range(5)], id="not aligned"),
        pytest.param([_row(("Berth", "Fee"), 700 - 90 * n) for n in range(5)], id="far apart"),
        pytest.param([_row(("Berth", "Fee"), 700 + 14 * n) for n in range(5)], id="upwards"),
    ],
)
def test_other_lines_stay_as_they_are(lines: list[Line]) -> None:
    assert list(with_aligned_tables(lines)) == lines


def test_nothing_is_lost_or_twice_where_rows_do_not_fit() -> None:
    lines = [
        _row(("Berth", "Fee"), 700, (50, 90)),
        *(_row(cells, 686 - 14 * n) for n, cells in enumerate(FEES)),
        _row([TEXT], 600),
    ]

    texts = " ".join(item.text for item in with_aligned_tables(lines)).replace("|", " ").split()
    assert texts == " ".join(line.text for line in lines).split()


def test_many_lines_take_time_in_proportion() -> None:
    lines = [_row((TEXT, "Fee"), 700_000 - 14 * n, (50, 600)) for n in range(20_000)]

    assert len(list(with_aligned_tables(lines))) == len(lines)
