"""Accents that are glyphs of their own, and characters without a meaning as text."""

import pytest

from extractor_api_lib.extraction import extract
from extractor_api_lib.formats.pdf_glyphs import draws, readable
from extractor_api_lib.settings import ExtractorSettings

from .conftest import pdf_of_streams

SIZE = 20
UP = 4
"""How far TeX raises an accent over a capital letter, in points."""


def _shown(*parts: tuple[str, float, float]) -> str:
    """Return the text of a page that shows bytes in octal, each at its place from the left and above the baseline."""
    texts = " ".join(f"1 0 0 1 {72 + x} {700 + y} Tm ({text}) Tj" for text, x, y in parts)
    page = pdf_of_streams([f"BT /F1 {SIZE} Tf {texts} ET"])
    pieces = extract("a.pdf", page, ExtractorSettings()).pieces
    return " ".join(piece.content for piece in pieces)


F_WIDTH = 0.278 * SIZE


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # f, the accent, and the letter under it; Helvetica's accents are 0.333 wide.
        ((("f", 0, 0), (r"\310", F_WIDTH + 2.2, 0), ("ur", F_WIDTH, 0)), "für"),
        ((("f", 0, 0), ("ur", F_WIDTH, 0), (r"\310", F_WIDTH + 2.2, 0)), "für"),
        ((("Op", 0, 0), (r"\302", 1.334 * SIZE + 2.2, 0), ("era", 1.334 * SIZE, 0)), "Opéra"),
        ((("A ", 0, 0), (r"\310", 0.945 * SIZE + 3.8, UP), ("Uber", 0.945 * SIZE, 0)), "A Über"),
        ((("gar", 0, 0), (r"\313", 1.445 * SIZE + 1.7, 0), ("con", 1.445 * SIZE, 0)), "garçon"),
        ((("A ", 0, 0), (r"\301", 0.945 * SIZE + 2.2, 0), ("a la", 0.945 * SIZE, 0)), "A à la"),
    ],
)
def test_an_accent_is_part_of_the_letter_it_is_drawn_on(
    parts: tuple[tuple[str, float, float], ...], expected: str
) -> None:
    assert _shown(*parts) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((("a \301b\301 c", 0, 0),), "a `b` c"),
        ((("uhr", 0, 0), (r"\310", 2, 2 * SIZE)), "¨"),
        ((("k", 0, 0), (r"\310", 2.2, 0)), "k¨"),
    ],
)
def test_a_mark_that_is_on_no_letter_that_can_have_it_stays(
    parts: tuple[tuple[str, float, float], ...], expected: str
) -> None:
    assert expected in _shown(*parts)


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("\uf0b7", "•"),
        ("\uf0a7", "•"),
        ("\uf0e0", " "),
        ("\x05", " "),
        ("\x9f", " "),
        ("\x0b", " "),
        ("\0", " "),
        ("\n", "\n"),
    ],
)
def test_glyphs_without_a_meaning_are_blanks_and_those_of_lists_are_bullets(letter: str, expected: str) -> None:
    assert readable(letter) == expected


@pytest.mark.parametrize("font", ["LCIRCLE10", "ABCDEF+LCIRCLEW10", "LINE10", "Emmentaler-20", "XYTIP10", "feta26"])
def test_fonts_that_draw_are_known(font: str) -> None:
    assert draws(font)


@pytest.mark.parametrize("font", ["CMR10", "LinearSans", "Linotype", "Opusculum-Regular", "Helvetica", ""])
def test_fonts_of_text_do_not_draw(font: str) -> None:
    assert not draws(font)
