import pytest

from rag_core_api.asked import Asked, AskedTerm
from rag_core_api.extractive_answer import Limits, extract
from rag_core_api.headings import context, match, plain
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.wire.pieces import InformationPiece, PieceType

LIMITS = Limits(sentences=6, characters=450)


def _asked(question: str) -> Asked:
    return Asked(question, tuple(AskedTerm(term, 3.0, is_known=True) for term in dict.fromkeys(terms(question))))


def _found(content: str, heading: str, position: int = 0) -> FoundPiece:
    piece = InformationPiece(
        type=PieceType.TEXT, content=content, source="a.txt", page=None, position=position, headings=["Manual", heading]
    )
    return FoundPiece("a.txt", piece, 1.0)


@pytest.mark.parametrize(
    "heading", ["4.11.8. Limits: limits.conf", "## Limits: limits.conf", "(3) Limits: limits.conf"]
)
def test_a_heading_is_the_same_without_its_mark_and_number(heading: str) -> None:
    assert plain(heading) == "limits: limits.conf"


@pytest.mark.parametrize("heading", ["2023 in review", "A guide", "3D printing", "E-mail"])
def test_a_heading_keeps_what_is_no_section_number(heading: str) -> None:
    assert plain(heading).split()[-1] == heading.casefold().split()[-1]


def test_a_heading_that_the_text_repeats_without_its_number_is_no_answer() -> None:
    found = _found(
        "Limiting resources: the file limits.conf\n\nUse the file /etc/limits.conf.",
        "4.8. " + ("Limiting resources: the file limits.conf"),
    )

    chosen = extract(_asked("limit the resources in a file"), [found], LIMITS)

    assert [window.text for _, window in chosen.windows] == ["Use the file /etc/limits.conf."]


def test_a_heading_asks_the_question_where_both_say_the_same() -> None:
    asked = _asked("And how many columns?")

    assert match(asked, ["Manual", "3. Maximum Number Of Columns"]) == 1.0
    assert match(asked, ["Manual", "Names of columns and their types"]) < 0.8
    assert match(asked, ["Columns", "Rows"]) == match(asked, []) == 0.0


def test_an_answer_has_the_heading_that_it_cannot_be_understood_without() -> None:
    found = _found("You can change it to values as large as 32767.", "Maximum Number Of Columns")
    chosen = extract(_asked("How many columns?"), [found], LIMITS)

    assert chosen.text(LIMITS) == "Maximum Number Of Columns: You can change it to values as large as 32767."
    assert chosen.citations()[0].excerpt == "You can change it to values as large as 32767."


def test_a_heading_is_no_context_where_the_text_says_it_or_it_is_a_question_or_long() -> None:
    asked = _asked("How many columns?")

    assert context(asked, ["Columns"], {"column"}) == ""
    assert context(asked, ["How many columns?"], {"32767"}) == ""
    assert context(asked, ["Columns " + "and more " * 20], {"32767"}) == ""
    assert context(asked, [], {"32767"}) == ""


def test_the_heading_counts_for_the_length_of_an_answer() -> None:
    found = [_found(f"It is {n}, as large as {n * 1000}.", f"Columns of the table {n}", n) for n in range(1, 30)]
    limits = Limits(20, 200)

    assert len(extract(_asked("How many columns?"), found, limits).text(limits)) <= 200
    assert not extract(_asked("How many columns?"), found, limits).text(limits).endswith("…")


def test_the_language_of_the_question_is_preferred_where_both_have_the_answer() -> None:
    english = _found("The freeze is a time without new packages.", "Releases")
    german = _found("Der Freeze ist eine Zeit ohne neue Pakete.", "Releases", 1)

    asked = Asked("Was ist der Freeze?", (AskedTerm("freeze", 3.0, is_known=True),))
    assert extract(asked, [english, german], LIMITS).windows[0][1].text.startswith("Der Freeze")


def test_a_sentence_that_points_back_is_chosen_after_one_that_does_not() -> None:
    found = _found("Nothing else. This opens a window on dogs. Gardens have dogs in every window.", "Manual")

    chosen = extract(_asked("dogs window"), [found], Limits(1, 450))
    assert chosen.windows[0][1].text.startswith("Gardens")
