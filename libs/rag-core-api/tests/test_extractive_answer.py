from collections.abc import Mapping

import pytest

from rag_core_api.asked import Asked, AskedTerm
from rag_core_api.extractive_answer import Limits, extract, shortened
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.wire.pieces import InformationPiece, PieceType

LIMITS = Limits(sentences=3, characters=450)


def _asked(question: str, rarities: Mapping[str, float] | None = None) -> Asked:
    known = rarities or {}
    return Asked(
        question, tuple(AskedTerm(t, known.get(t, 3.0), is_known=True) for t in dict.fromkeys(terms(question)))
    )


def _found(  # noqa: PLR0913 (a piece has many parts)
    content: str,
    *,
    score: float = 1.0,
    page: int | None = None,
    kind: PieceType = PieceType.TEXT,
    position: int = 0,
    headings: tuple[str, ...] = (),
    document: str = "handbook.pdf",
) -> FoundPiece:
    piece = InformationPiece(
        type=kind, content=content, source="Handbook.pdf", page=page, position=position, headings=list(headings)
    )
    return FoundPiece(document, piece, score)


def _answer(question: str, *found: FoundPiece, limits: Limits = LIMITS) -> str:
    return extract(_asked(question), found, limits).text(limits)


def test_the_sentence_with_the_rare_term_is_the_answer_and_is_cited() -> None:
    found = [
        _found("Every contract has a start date. The notice period of a contract is four weeks.", score=2.5, page=3),
        _found("A contract is signed twice.", score=1.0, position=1),
    ]
    rare = {"notice": 4.0, "period": 4.0, "contract": 0.2}

    chosen = extract(_asked("How long is the notice period of a contract?", rare), found, LIMITS)

    assert chosen.text(LIMITS) == "The notice period of a contract is four weeks."
    (first, *_) = chosen.citations()
    assert (first.document_id, first.source, first.page, first.score) == ("handbook.pdf", "Handbook.pdf", 3, 2.5)
    assert first.excerpt == "The notice period of a contract is four weeks."


def test_a_sentence_of_two_overlapping_pieces_comes_once() -> None:
    found = [_found("Cats sleep. Dogs bark.", score=2), _found("Dogs bark. Birds sing.", position=1)]

    assert _answer("dogs", *found) == "Dogs bark."


def test_there_are_no_more_sentences_and_characters_than_allowed() -> None:
    found = _found(" ".join(f"Dogs bark at number {number} of the street all night." for number in range(20)))

    two = extract(_asked("dogs"), [found], Limits(sentences=2, characters=450))
    assert sum(len(window.sentences) for _, window in two.windows) == 2
    assert len(_answer("dogs", found, limits=Limits(20, 200))) <= 200


def test_one_long_sentence_is_cut_between_words() -> None:
    answer = _answer("dogs", _found("Dogs " + "bark " * 200), limits=Limits(3, 100))

    assert len(answer) <= 100
    assert answer.endswith("bark…")
    assert shortened("short", 100) == "short"


def test_a_table_answers_with_its_row_and_its_header() -> None:
    found = _found("Item | Price\nCoffee | 2.50\nTea | 2.00", kind=PieceType.TABLE)

    assert _answer("price of tea", found) == "Item | Price\nTea | 2.00"


@pytest.mark.parametrize("row", ["Coffee | 2.50", "Tea | 2.00", "Cocoa | 3.10"])
def test_a_table_without_a_header_answers_with_one_row_after_its_heading(row: str) -> None:
    found = _found("\nCoffee | 2.50\nTea | 2.00\nCocoa | 3.10", kind=PieceType.TABLE, headings=("Prices",))

    assert _answer(f"price of {row.split(maxsplit=1)[0]}", found) == f"Prices: {row}"


def test_an_abbreviation_within_a_sentence_does_not_cut_it() -> None:
    assert _answer("visitors", _found("Visitors, e.g. suppliers, sign in.")).endswith("sign in.")


def test_a_heading_gives_its_terms_to_the_text_under_it_and_is_no_answer() -> None:
    found = _found(
        "(1) How do I create a field?\n\nUse INTEGER PRIMARY KEY.", headings=("(1) How do I create a field?",)
    )

    assert _answer("How do I create a field?", found) == "Use INTEGER PRIMARY KEY."


def test_what_a_line_leads_to_comes_with_it() -> None:
    found = _found("Set the time zone with this command:\n\n# dpkg-reconfigure tzdata")

    assert _answer("How do I set the time zone?", found).endswith("# dpkg-reconfigure tzdata")


def test_the_items_of_a_list_are_lines_and_wrapped_ones_go_on() -> None:
    found = _found("The council may:\n1. amend the rules,\n   with three votes;\n2. elect a chair.")

    assert "1. amend the rules, with three votes;" in _answer("amend rules", found)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is a sponsor?", "A sponsor is a person who helps maintainers."),
        ("Was ist ein Sponsor?", "Sponsor: Eine Person, die Betreuern hilft."),
        ("How many boats does a sponsor own?", "Each sponsor has 12 boats."),
    ],
)
def test_the_kind_of_the_question_counts(question: str, wanted: str) -> None:
    others = ["Many a sponsor was there that day, and talked.", "They went to see the sponsor with their boats."]

    chosen = extract(_asked(question), [_found(" ".join([*others, wanted]))], LIMITS)
    assert wanted in chosen.windows[0][1].text


def test_captions_and_references_to_other_places_come_last() -> None:
    found = _found("See Bug reporting for bugs. Figure 3. Reporting of bugs. Reporting of bugs is done by mail to us.")

    first = extract(_asked("reporting bugs"), [found], LIMITS).windows[0][1].text
    assert first == "Reporting of bugs is done by mail to us."


def test_citations_are_five_different_places_at_most() -> None:
    found = [_found(f"Dogs bark in house {n}. Dogs run in house {n}.", position=n) for n in range(9)]

    citations = extract(_asked("dogs"), found, Limits(4, 450)).citations()

    assert [citation.number for citation in citations] == [1, 2, 3, 4, 5]
    assert len({(citation.document_id, citation.page, citation.position) for citation in citations}) == 5


def test_what_was_answered_before_counts_for_less() -> None:
    found = [_found("Dogs bark. Dogs also swim in lakes.")]

    chosen = extract(_asked("dogs"), found, LIMITS, answered="Dogs bark.")

    assert chosen.windows[0][1].text.endswith("Dogs also swim in lakes.")


def test_the_answer_is_made_of_the_excerpts_of_its_citations() -> None:
    found = [
        _found("Cats sleep. Dogs bark. Dogs run. Birds sing. Dogs eat.", position=3, score=2),
        _found("Dogs swim in lakes.", position=1),
        _found("Dogs dig holes.", document="other.txt"),
    ]
    limits = Limits(6, 450)
    chosen = extract(_asked("dogs"), found, limits)

    answer, citations = chosen.text(limits), chosen.citations()

    assert "\n".join(citation.excerpt for citation in citations) == answer
    assert "Dogs bark. Dogs run." in answer


def test_the_line_before_a_list_counts_for_its_items() -> None:
    items = "• the type of your machine\n\n• what your compiler said about it"

    listed = _answer("What has to be in a bug report?", _found(f"A bug report has at least:\n\n{items}"))
    loose = _answer("What has to be in a bug report?", _found(f"A bug report is read by a person.\n\n{items}"))

    assert "compiler" in listed
    assert "compiler" not in loose


def test_the_sentence_before_counts() -> None:
    found = _found(
        "The zone of rest is in the garden. The time can be set later. In this zone run dpkg-reconfigure tzdata now."
    )

    assert _answer("set the time zone", found, limits=Limits(2, 90)).endswith("tzdata now.")


def test_a_heading_above_several_pieces_of_the_answer_is_said_once_and_first() -> None:
    heading = ("Limits of the printer",)
    found = [
        _found("It takes 200 sheets of paper.", score=2, position=5, headings=heading),
        _found("It takes 20 envelopes of paper.", score=3, position=7, headings=heading),
    ]

    answer = _answer("limits of the printer paper", *found)

    assert answer == "Limits of the printer: It takes 200 sheets of paper.\nIt takes 20 envelopes of paper."


def test_the_entry_of_a_menu_is_no_answer_where_there_is_a_sentence() -> None:
    heading = ("Printing in landscape",)

    menu = _answer(
        "printing in landscape", _found("Contents\n\nChoose the page and turn it over there.", headings=heading)
    )
    item = _answer("printing in landscape", _found("• Contents\n• Page\n• Turn", headings=heading))
    figure = _answer("printing in landscape", _found("25 pages", headings=heading))
    name = _answer("printing in landscape", _found("Maria Schmidt", headings=heading))

    assert "Contents" not in menu
    assert "Contents" in item
    assert "25 pages" in figure
    assert "Maria Schmidt" in name


@pytest.mark.parametrize(
    "reference",
    [
        "The manual page of the printer tells about the paper.",
        "More information about the paper of the printer is there.",
        "Weitere Informationen über printer und paper liest man dort.",
    ],
)
def test_a_sentence_that_sends_elsewhere_comes_after_one_that_says_it(reference: str) -> None:
    found = _found(f"{reference} The paper of the printer goes into the lower drawer there.")

    answer = _answer("paper of the printer", found, limits=Limits(1, 450))

    assert answer == "The paper of the printer goes into the lower drawer there."
