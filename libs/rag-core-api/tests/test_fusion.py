from rag_core_api.fusion import fuse
from rag_core_api.piece_store import FoundPiece
from rag_core_lib.wire.pieces import InformationPiece


def _piece(name: str, score: float, *, is_dense: bool = False) -> FoundPiece:
    piece = InformationPiece(content=name, source=name, position=0)
    return FoundPiece(name, piece, score, **{"cosine" if is_dense else "lexical": score})


def _names(found: list[FoundPiece]) -> list[str]:
    return [item.document_id for item in found]


def test_what_both_rankings_hold_comes_before_the_first_of_one() -> None:
    lexical = [_piece("a", 6), _piece("b", 5), _piece("c", 1)]
    dense = [_piece("d", 0.9, is_dense=True), _piece("b", 0.85, is_dense=True), _piece("e", 0.7, is_dense=True)]

    fused = fuse(lexical, dense, highest=10)

    assert _names(fused)[0] == "b"
    assert set(_names(fused)) == {"a", "b", "c", "d", "e"}
    assert (fused[0].lexical, fused[0].cosine) == (5, 0.85)
    assert all(0 <= item.score <= 1 for item in fused)


def test_the_meaning_decides_where_the_pieces_have_few_of_the_terms() -> None:
    lexical = [_piece("said", 4), _piece("meant", 0.5)]
    dense = [_piece(name, cosine, is_dense=True) for name, cosine in (("meant", 0.9), ("said", 0.8), ("none", 0.7))]

    assert _names(fuse(lexical, dense, highest=4))[:2] == ["said", "meant"]
    assert _names(fuse(lexical, dense, highest=40))[:2] == ["meant", "said"]


def test_a_piece_in_another_language_needs_none_of_the_terms() -> None:
    lexical = [_piece("said", 2), _piece("none", 0.1)]
    dense = [_piece(name, cosine, is_dense=True) for name, cosine in (("foreign", 0.9), ("said", 0.88), ("none", 0.7))]

    assert _names(fuse(lexical, dense, highest=10))[0] == "said"
    assert _names(fuse(lexical, dense, 10, lambda item: item.document_id == "foreign"))[0] == "foreign"


def test_a_foreign_piece_that_is_nearer_than_all_others_stands_up_to_one_that_has_many_terms() -> None:
    lexical = [_piece("said", 9), _piece("other", 8)]
    dense = [_piece(name, cosine, is_dense=True) for name, cosine in (("foreign", 0.9), ("said", 0.88), ("none", 0.7))]
    behind = [_piece(name, cosine, is_dense=True) for name, cosine in (("said", 0.9), ("foreign", 0.89), ("none", 0.7))]

    assert _names(fuse(lexical, dense, 10, lambda item: item.document_id == "foreign"))[0] == "foreign"
    assert _names(fuse(lexical, dense, 10))[0] == "said"
    assert _names(fuse(lexical, behind, 10, lambda item: item.document_id == "foreign"))[0] == "said"


def test_a_single_ranking_keeps_its_scores() -> None:
    lexical, dense = [_piece("a", 3), _piece("b", 2)], [_piece("c", 0.8, is_dense=True)]

    assert fuse(lexical, [], highest=5) == lexical
    assert fuse([], dense, highest=5) == dense
    assert fuse([], [], highest=5) == []


def test_scores_that_are_all_the_same_and_a_question_without_weight_are_no_fault() -> None:
    dense = [_piece("a", 0.8, is_dense=True), _piece("b", 0.8, is_dense=True)]

    assert _names(fuse([_piece("b", 1)], dense, highest=0)) == ["b", "a"]
