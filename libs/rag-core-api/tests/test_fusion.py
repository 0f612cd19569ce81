from rag_core_api.fusion import fuse
from rag_core_api.piece_store import FoundPiece
from rag_core_lib.wire.pieces import InformationPiece


def _ranking(*names: str) -> list[FoundPiece]:
    return [
        FoundPiece(name, InformationPiece(content=name, source=name, position=0), 9.0 - rank)
        for rank, name in enumerate(names)
    ]


def test_what_both_rankings_hold_comes_before_the_first_of_one() -> None:
    fused = fuse([_ranking("a", "b", "c"), _ranking("d", "b", "e")])

    assert [found.document_id for found in fused] == ["b", "a", "d", "c", "e"]
    assert fused[0].score == 2 / 62


def test_a_single_ranking_keeps_its_scores() -> None:
    assert fuse([_ranking("a", "b")]) == _ranking("a", "b")
