from rag_core_api.extractive_answer import extract_answer
from rag_core_api.piece_store import FoundPiece
from rag_core_lib.wire.chat import NOTHING_FOUND, FinishReason
from rag_core_lib.wire.pieces import InformationPiece, PieceType


def _found(
    content: str, *, score: float = 1.0, page: int | None = None, kind: PieceType = PieceType.TEXT
) -> FoundPiece:
    piece = InformationPiece(type=kind, content=content, source="Handbook.pdf", page=page, position=0)
    return FoundPiece("handbook.pdf", piece, score)


def test_the_sentence_with_the_rare_term_is_the_answer_and_is_cited() -> None:
    found = [
        _found("Every contract has a start date. The notice period of a contract is four weeks.", score=2.5, page=3),
        _found("A contract is signed twice.", score=1.0),
    ]

    answer = extract_answer("How long is the notice period of a contract?", found, 3)

    assert answer.answer == "The notice period of a contract is four weeks."
    assert answer.finish_reason is FinishReason.EXTRACTED
    assert [(c.document_id, c.source, c.page, c.score) for c in answer.citations] == [
        ("handbook.pdf", "Handbook.pdf", 3, 2.5)
    ]
    assert answer.citations[0].excerpt == answer.answer


def test_a_sentence_of_two_overlapping_pieces_comes_once() -> None:
    found = [_found("Cats sleep. Dogs bark.", score=2), _found("Dogs bark. Birds sing.")]

    answer = extract_answer("dogs", found, 5)

    assert answer.answer == "Dogs bark."
    assert answer.citations[0].score == 2


def test_there_are_no_more_sentences_than_asked_for() -> None:
    found = [_found("Dogs bark. Dogs run. Dogs eat.")]

    assert len(extract_answer("dogs", found, 2).citations) == 2


def test_a_table_answers_with_its_row() -> None:
    found = [_found("Item | Price\nCoffee | 2.50\nTea | 2.00", kind=PieceType.TABLE)]

    assert extract_answer("price of tea", found, 1).answer in {"Item | Price", "Tea | 2.00"}
    assert extract_answer("tea", found, 1).answer == "Tea | 2.00"


def test_an_abbreviation_within_a_sentence_does_not_cut_it() -> None:
    assert extract_answer("visitors", [_found("Visitors, e.g. suppliers, sign in.")], 1).answer.endswith("sign in.")


def test_nothing_in_common_is_said_so() -> None:
    for found in ([], [_found("Cats sleep.")]):
        answer = extract_answer("dogs", found, 3)

        assert answer.answer in NOTHING_FOUND.values()
        assert answer.citations == []
        assert answer.finish_reason is FinishReason.NOTHING_FOUND


def test_a_heading_is_context_and_no_answer() -> None:
    found = [_found("# Sabbatical\n\nAfter five years it may last nine months.\n\n# Sickness\n\nTell us by nine.")]

    answer = extract_answer("How long is a sabbatical?", found, 1)

    assert answer.answer == "After five years it may last nine months."


def test_neighbouring_sentences_answer_together_what_neither_does_alone() -> None:
    found = [_found("Leave is 27 days. Unused days lapse in March. Nothing else matters.")]

    answer = extract_answer("When do unused days of my leave lapse?", found, 2)

    assert answer.answer == "Leave is 27 days. Unused days lapse in March."
    assert len(answer.citations) == 1


def test_a_question_of_which_the_documents_hold_next_to_nothing_is_not_answered() -> None:
    found = [_found("The cup holds two litres.")]

    answer = extract_answer("Who won the football world cup final against Hungary?", found, 3)

    assert answer.finish_reason is FinishReason.NOTHING_FOUND
