"""Tables without lines around their cells."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractor_api_lib.extraction import extract
from extractor_api_lib.formats.pdf_aligned_tables import with_aligned_tables
from extractor_api_lib.formats.pdf_furniture import Page
from extractor_api_lib.formats.pdf_lines import DrawnTable, Line, Word
from extractor_api_lib.formats.pdf_rules import Rules
from extractor_api_lib.formats.pdf_structure import structured, style_of
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

from .conftest import PdfMaker

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


def _items(*pages: Sequence[Line | DrawnTable]) -> list[Line | DrawnTable]:
    numbered = [Page(number, tuple(items)) for number, items in enumerate(pages, start=1)]
    return [item for page in with_aligned_tables(numbered) for item in page.items]


def _texts(*pages: Sequence[Line | DrawnTable]) -> list[str]:
    return [item.text for item in _items(*pages) if isinstance(item, DrawnTable)]


def _headers(*pages: Sequence[Line | DrawnTable]) -> list[str]:
    return [text.partition("\n")[0] for text in _texts(*pages)]


def test_the_bold_first_row_is_the_header_of_its_table_and_no_heading() -> None:
    before, after = _row([TEXT], 740), _row([TEXT], 600)
    page = Page(1, tuple(_items([before, *_table(FEES), after])))

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
    assert _items(lines) == lines


def test_nothing_is_lost_or_twice_where_rows_do_not_fit() -> None:
    lines = [
        _row(("Berth", "Fee"), 700, (50, 90)),
        *(_row(cells, 686 - 14 * n) for n, cells in enumerate(FEES)),
        _row([TEXT], 600),
    ]

    texts = " ".join(item.text for item in _items(lines)).replace("|", " ").split()
    assert texts == " ".join(line.text for line in lines).split()


def test_many_lines_take_time_in_proportion() -> None:
    lines = [_row((TEXT, "Fee"), 700_000 - 14 * n, (50, 600)) for n in range(20_000)]

    assert len(_items(lines)) == len(lines)


TASKS = [("open", "lets a boat in"), ("close", "keeps a boat out"), ("wait", "does nothing")]
"""Rows of which nothing sets the first one apart."""


def test_a_first_row_like_all_others_is_no_header() -> None:
    (text,) = _texts(_plain(TASKS))

    assert text == "\nopen | lets a boat in\nclose | keeps a boat out\nwait | does nothing"


def _plain(rows: Sequence[Sequence[str]], top: float = 700) -> list[Line]:
    return [_row(cells, top - 14 * n) for n, cells in enumerate(rows)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([{"is_bold": True}, {}, {}], id="bold"),
        pytest.param([{"is_bold": True}, {}, {"is_bold": True}, {}, {}], id="bold above a bold row in the middle"),
        pytest.param([{"size": 12}, {}, {}], id="larger"),
        pytest.param([{"size": 8}, {}, {}], id="smaller"),
        pytest.param([{}, {"is_fixed_font": True}, {"is_fixed_font": True}], id="another font below"),
        pytest.param([{"is_ruled": True}, {}, {}], id="a rule under it"),
        pytest.param([{"is_ruled": True}, {}, {"is_ruled": True}], id="rules under it and under the last row"),
    ],
)
def test_what_looks_different_from_the_rows_below_is_a_header(changes: list[dict[str, object]]) -> None:
    assert _headers(_changed(changes)) == ["open | lets a boat in"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([{"is_bold": True}] * 3, id="all rows bold"),
        pytest.param([{"is_ruled": True}] * 4, id="rules under all rows"),
        pytest.param([{}, {"is_bold": True}, {}], id="another row bold"),
        pytest.param([{"size": 8}, {}, {"size": 8}, {}], id="sizes that change"),
        pytest.param([{}, {}, {"is_ruled": True}], id="a rule at the end"),
    ],
)
def test_what_other_rows_have_too_makes_no_header(changes: list[dict[str, object]]) -> None:
    assert _headers(_changed(changes)) == [""]


def _changed(changes: Sequence[dict[str, object]]) -> list[Line]:
    rows = (TASKS * 2)[: len(changes)]
    fonts = [change.get("is_fixed_font") for change in changes]
    kept = [{key: value for key, value in change.items() if key != "is_fixed_font"} for change in changes]
    lines = _plain(rows)
    return [
        replace(line, font="Mono" if font else "Serif", **change)  # type: ignore[arg-type]
        for line, font, change in zip(lines, fonts, kept, strict=True)
    ]


@pytest.mark.parametrize(
    ("rows", "is_header"),
    [
        pytest.param([("Berth", "Fee"), ("Inner", "40"), ("Outer", "35")], True, id="a word above numbers"),
        pytest.param([("Berth", "Fee"), ("Inner", "40 pounds"), ("Outer", "9 pounds")], True, id="above amounts"),
        pytest.param([("Verzeichnis", "Inhalt"), ("/etc", "Werte"), ("/srv", "Dienste")], True, id="above paths"),
        pytest.param([("Key", "Meaning"), ("F1", "Help"), ("F2", "Rename")], True, id="above keys"),
        pytest.param(
            [("", "Summer", "Winter"), ("Inner", "yes", "no"), ("Outer", "no", "no")], True, id="no first cell"
        ),
        pytest.param([("Inner", "40"), ("Outer", "35"), ("Mooring", "9")], False, id="numbers from the first row on"),
        pytest.param([("Inner", "free"), ("Outer", "35"), ("Quay", "free")], False, id="numbers in some rows"),
        pytest.param(
            [("", "yes", "no"), ("Quay", "no", "no"), ("", "no", "yes")], False, id="more rows without a name"
        ),
        pytest.param(
            [("open", "lets a boat in"), ("close", "keeps 2 boats out of here"), ("wait", "waits for 3 boats or more")],
            False,
            id="numbers within sentences",
        ),
    ],
)
def test_types_of_cells_tell_a_header(rows: Sequence[Sequence[str]], is_header: bool) -> None:
    (header,) = _headers(_plain(rows))

    assert bool(header) is is_header


def test_a_table_that_goes_on_over_pages_keeps_its_header() -> None:
    first = [_row([TEXT], 740), *_table([("Task", "Effect"), *TASKS])]

    texts = _texts(first, _plain(TASKS, 760), [*_plain(TASKS[:1], 760), _row([TEXT], 700)])

    assert texts[1] == "Task | Effect\nopen | lets a boat in\nclose | keeps a boat out\nwait | does nothing"
    assert texts[2] == "Task | Effect\nopen | lets a boat in"


@pytest.mark.parametrize(
    ("second", "header"),
    [
        pytest.param(_table([("Tool", "Use"), *TASKS]), "Tool | Use", id="a header of its own"),
        pytest.param(_plain([("Task", "Effect"), *TASKS]), "Task | Effect", id="the header again, in plain letters"),
        pytest.param(_plain([("no", "word"), ("a", "1"), ("b", "2")]), "Task | Effect", id="words above numbers"),
        pytest.param([_row(cells, 700 - 14 * n, (50, 220)) for n, cells in enumerate(TASKS)], "", id="other columns"),
        pytest.param([_row((*cells, "x"), 700 - 14 * n) for n, cells in enumerate(TASKS)], "", id="more columns"),
        pytest.param([_row([TEXT], 740), *_plain(TASKS)], "", id="text in front of it"),
    ],
)
def test_what_is_on_the_next_page_goes_on_only_where_it_fits(second: list[Line], header: str) -> None:
    assert _headers(_table([("Task", "Effect"), *TASKS]), second)[1] == header


def test_a_table_goes_on_only_from_the_end_of_the_page_before() -> None:
    first = _table([("Task", "Effect"), *TASKS])

    assert _headers([*first, _row([TEXT], 600)], _plain(TASKS))[1] == ""
    assert _headers(first, [], _plain(TASKS))[1] == ""
    assert len(_texts([*first, _row([TEXT], 600)], _plain(TASKS[:2]))) == 1


@pytest.mark.parametrize(
    ("after", "header"),
    [
        pytest.param([_row([TEXT], 60, size=8), _row([TEXT], 50, size=8)], "Task | Effect", id="footnotes"),
        pytest.param([_row([TEXT], 70), _row([TEXT], 50, size=8)], "", id="text and a footnote"),
        pytest.param([DrawnTable("a | b")], "", id="another table"),
    ],
)
def test_footnotes_do_not_end_a_table(after: list[Line | DrawnTable], header: str) -> None:
    assert _headers([*_table([("Task", "Effect"), *TASKS]), *after], _plain(TASKS))[-1] == header


def test_a_table_that_goes_on_without_a_header_has_none() -> None:
    assert _headers(_plain(TASKS), _plain(TASKS)) == ["", ""]


RULE = "0.5 w 70 694 m 330 694 l S "


@pytest.mark.parametrize(
    ("drawing", "header"),
    [
        pytest.param(RULE, "open | lets a boat in", id="a rule"),
        pytest.param("70 693.5 260 0.5 re f ", "open | lets a boat in", id="a thin box"),
        pytest.param("70 694 m 200 694 l S 200 694 m 330 694 l S ", "open | lets a boat in", id="a rule in two parts"),
        pytest.param(RULE.replace("694", "714"), "", id="a rule above"),
        pytest.param("70 698 m 100 698 l S ", "", id="a word underlined"),
        pytest.param("72 694 m 330 600 l S ", "", id="a slanted line"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_rule_of_a_pdf_sets_the_first_row_apart(make_pdf_of_streams: PdfMaker, drawing: str, header: str) -> None:
    cells = "".join(
        f"BT /F1 10 Tf {left} {700 - 14 * n} Td ({cell}) Tj ET "
        for n, row in enumerate(TASKS)
        for left, cell in zip((72, 250), row, strict=True)
    )

    pieces = extract("a.pdf", make_pdf_of_streams([drawing + cells]), ExtractorSettings()).pieces

    assert [(piece.type, piece.content.partition("\n")[0]) for piece in pieces] == [(PieceType.TABLE, header)]


def test_many_rules_take_time_in_proportion() -> None:
    rules = Rules((10.0 * n, 700.0, 10.0 * n + 4, 700.0) for n in range(50_000))

    assert not any(rules.is_under(0, 400_000, 702, 10) for _ in range(20_000))
    assert not rules.is_under(0, 100, 702, 1e9)
