import itertools

import pytest

from admin_api_lib.chunking import ChunkSize, cut
from admin_api_lib.neighbours import FoundBlock
from rag_core_lib.wire.pieces import InformationPiece, PieceType

SIZE = ChunkSize(characters=100, overlap=30)


def _cut(*items: tuple[str, int | None] | tuple[str, int | None, PieceType]) -> list[InformationPiece]:
    extracted = [
        FoundBlock(content=item[0], page=item[1], type=item[2] if len(item) == 3 else PieceType.TEXT, position=place)
        for place, item in enumerate(items)
    ]
    return cut(extracted, "a.pdf", SIZE)


def test_short_paragraphs_of_a_page_come_together() -> None:
    (piece,) = _cut(("Notice", 1), ("Four weeks.", 1))

    assert piece == InformationPiece(content="Notice\n\nFour weeks.", source="a.pdf", page=1, position=0)


def test_a_heading_begins_a_piece_with_the_text_under_it() -> None:
    def section(name: str, body: str) -> list[FoundBlock]:
        heading = FoundBlock(type=PieceType.TEXT, content=name, position=0, heading=2)
        return [heading, FoundBlock(type=PieceType.TEXT, content=body, position=1)]

    sections = [*section("One", "x" * 40), *section("Two", "short"), *section("Three", "y" * 40)]

    assert [piece.content for piece in cut(sections, "a.md", SIZE)] == [
        f"One\n\n{'x' * 40}",
        "Two\n\nshort",
        f"Three\n\n{'y' * 40}",
    ]


def _heading(text: str, level: int) -> FoundBlock:
    return FoundBlock(type=PieceType.TEXT, content=text, position=0, heading=level)


def _text(text: str, kind: PieceType = PieceType.TEXT, page: int | None = None) -> FoundBlock:
    return FoundBlock(type=kind, content=text, position=0, page=page)


def test_a_piece_names_the_headings_it_is_under() -> None:
    found = [
        _heading("Handbook", 1),
        _heading("Leave", 2),
        _text("Whole days."),
        _heading("Sick leave", 3),
        _text("a | b\n1 | 2", PieceType.TABLE),
        _text("Call us."),
        _heading("Travel", 2),
        _text("By train.", page=7),
    ]

    pieces = cut(found, "a.pdf", SIZE)

    assert [(piece.content, piece.headings) for piece in pieces] == [
        ("Handbook\n\nLeave\n\nWhole days.", ["Handbook", "Leave"]),
        ("a | b\n1 | 2", ["Handbook", "Leave", "Sick leave"]),
        ("Call us.", ["Handbook", "Leave", "Sick leave"]),
        ("Travel\n\nBy train.", ["Handbook", "Travel"]),
    ]
    assert pieces[-1].page == 7


def test_headings_without_text_are_not_lost() -> None:
    (piece,) = cut([_heading("Title", 1), _heading("Author", 1)], "a.pptx", SIZE)

    assert piece.content == "Title\n\nAuthor"


def test_a_list_that_fits_stays_whole_and_a_long_one_is_cut_between_its_items() -> None:
    items = "\n".join(f"• item {number} of it" for number in range(5))
    pieces = cut([_text("x" * 40), _text(items)], "a.md", SIZE)
    assert [piece.content for piece in pieces] == ["x" * 40, items]

    many = [f"• item {number} of the list" for number in range(20)]
    lines = [line for piece in cut([_text("\n".join(many))], "a.md", SIZE) for line in piece.content.split("\n")]
    assert lines == many


def test_a_cut_repeats_whole_sentences() -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(12))

    pieces = cut([_text(text)], "a.txt", SIZE)

    assert all(piece.content.startswith("Sentence") and piece.content.endswith(".") for piece in pieces)
    for before, after in itertools.pairwise(pieces):
        assert after.content.split(".")[0] in before.content


def test_pieces_of_different_addresses_stay_apart_and_name_them() -> None:
    found = [FoundBlock(type=PieceType.TEXT, content=name, position=0, source=f"http://x/{name}") for name in "ab"]

    pieces = cut(found, "http://x/sitemap.xml", SIZE)

    assert [(piece.content, piece.source) for piece in pieces] == [("a", "http://x/a"), ("b", "http://x/b")]


def test_paragraphs_of_a_long_section_overlap_too() -> None:
    sentences = [f"Sentence {number} says a thing or two." for number in range(9)]

    pieces = _cut(*((sentence, 1) for sentence in sentences))

    assert all(len(piece.content) <= 100 for piece in pieces)
    for before, after in itertools.pairwise(pieces):
        assert after.content.split()[0] in before.content


def test_pages_stay_apart() -> None:
    assert [(piece.content, piece.page, piece.position) for piece in _cut(("one", 1), ("two", 2))] == [
        ("one", 1, 0),
        ("two", 2, 1),
    ]


def test_paragraphs_that_do_not_fit_together_stay_apart() -> None:
    assert [len(piece.content) for piece in _cut(("a" * 60, 1), ("b" * 60, 1), ("c" * 38, 1))] == [60, 100]


def test_a_long_text_is_cut_between_words_and_overlaps() -> None:
    words = [f"word{number:03}" for number in range(100)]

    pieces = _cut((" ".join(words), None))

    assert all(len(piece.content) <= 100 for piece in pieces)
    assert all(set(piece.content.split()) <= set(words) for piece in pieces)
    assert {word for piece in pieces for word in piece.content.split()} == set(words)
    for before, after in itertools.pairwise(pieces):
        assert set(before.content.split()) & set(after.content.split())


def test_a_text_without_blanks_is_cut_anyway_and_loses_nothing() -> None:
    assert "".join(piece.content for piece in _cut(("x" * 1234, None))) == "x" * 1234


def test_a_cut_comes_after_a_sentence_when_there_is_one() -> None:
    text = (
        "The first sentence of the text is about sixty characters long. And the second one says a little more than it."
    )

    assert _cut((text, None))[0].content == "The first sentence of the text is about sixty characters long."


def test_a_table_is_cut_between_rows_and_repeats_its_header() -> None:
    rows = [f"row {number} | {'x' * 20}" for number in range(10)]

    pieces = _cut(("before", 1), ("\n".join(["name | value", *rows]), 1, PieceType.TABLE), ("after", 1))

    tables = [piece for piece in pieces if piece.type is PieceType.TABLE]
    assert len(tables) > 1
    assert all(table.content.startswith("name | value\n") and len(table.content) <= 100 for table in tables)
    assert [line for table in tables for line in table.content.split("\n")[1:]] == rows
    assert [pieces[0].content, pieces[-1].content] == ["before", "after"]


def test_the_parts_of_a_table_without_a_header_have_none_either() -> None:
    rows = [f"row {number} | {'x' * 20}" for number in range(10)]

    tables = _cut(("\n".join(["", *rows]), 1, PieceType.TABLE))

    assert len(tables) > 1
    assert all(table.content.startswith("\nrow ") and len(table.content) <= 100 for table in tables)
    assert [line for table in tables for line in table.content.split("\n")[1:]] == rows


def test_a_row_that_is_too_long_is_cut_too() -> None:
    pieces = _cut((f"head\n{'x' * 300}\nlast", 1, PieceType.TABLE))

    assert all(piece.content.startswith("head\n") and len(piece.content) <= 100 for piece in pieces)
    assert "".join(piece.content.removeprefix("head\n").replace("\n", "") for piece in pieces) == "x" * 300 + "last"


def test_a_header_that_is_too_long_is_not_repeated() -> None:
    pieces = _cut((f"{'h' * 300}\nlast", 1, PieceType.TABLE))

    assert all(len(piece.content) <= 100 for piece in pieces)
    assert "".join(piece.content.replace("\n", "") for piece in pieces) == "h" * 300 + "last"


@pytest.mark.parametrize("characters", range(3, 60))
def test_rows_fill_a_piece_to_the_last_character_and_no_further(characters: int) -> None:
    rows = "\n".join(["h", *"abcdefghijklmnopqrstuvwxyz"])
    extracted = [FoundBlock(type=PieceType.TABLE, content=rows, position=0)]

    lengths = [len(piece.content) for piece in cut(extracted, "a.csv", ChunkSize(characters, 0))]

    assert max(lengths) <= characters
    assert all(length > characters - 2 for length in lengths[:-1])
