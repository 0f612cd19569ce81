import pytest
from pydantic import ValidationError

from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, FinishReason
from rag_core_lib.wire.pieces import InformationPiece, PiecesRemoval, PieceType


@pytest.mark.parametrize("bad", ["", "../etc/passwd", "A.pdf", "a/b", ".hidden", "x" * 129])
def test_a_document_id_cannot_be_a_path(bad: str) -> None:
    with pytest.raises(ValidationError, match="document_id"):
        PiecesRemoval(document_id=bad)


def test_a_piece_is_the_same_after_the_wire() -> None:
    piece = InformationPiece(type=PieceType.TABLE, content="a | b", source="Ä.pdf", page=2, position=5)

    assert InformationPiece.model_validate_json(piece.model_dump_json()) == piece


def test_pages_count_from_one() -> None:
    with pytest.raises(ValidationError, match="page"):
        InformationPiece(content="a", source="b", page=0, position=0)


def test_an_empty_question_is_refused() -> None:
    with pytest.raises(ValidationError, match="message"):
        ChatRequest(message="")


def test_defaults_are_not_shared() -> None:
    first = ChatAnswer(answer="", finish_reason=FinishReason.NOTHING_FOUND)

    assert first.citations is not ChatAnswer(answer="", finish_reason=FinishReason.NOTHING_FOUND).citations
