import pytest

from rag_core_api.cited_passage import cited_passage
from rag_core_api.piece_store import FoundPiece
from rag_core_lib.wire.pieces import InformationPiece


def _excerpt(content: str, *headings: str) -> str:
    piece = InformationPiece(content=content, source="bakery.md", position=0, headings=list(headings))
    return cited_passage(1, FoundPiece("bakery.md", piece, 1.0)).excerpt


@pytest.mark.parametrize(
    ("content", "excerpt"),
    [
        ("Pastry\n\nCroissants rest.", "Croissants rest."),
        ("## Pastry\n\nCroissants rest.\n\nPastry", "Croissants rest.\n\nPastry"),
        ("Bakery handbook\n\n2. Pastry\nCroissants rest.", "Croissants rest."),
        ("Bread\n\nLoaves rest.", "Bread\n\nLoaves rest."),
        ("Pastry", "Pastry"),
    ],
)
def test_an_excerpt_does_not_repeat_the_headings_that_the_citation_names(content: str, excerpt: str) -> None:
    assert _excerpt(content, "Bakery handbook", "Pastry") == excerpt


def test_a_long_excerpt_ends_with_a_word() -> None:
    text = _excerpt("croissants " * 100)

    assert (len(text) <= 500, text.endswith("croissants…")) == (True, True)
