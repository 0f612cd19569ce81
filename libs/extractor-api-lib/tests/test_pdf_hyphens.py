"""Words that were broken at the end of a line."""

import pytest

from extractor_api_lib.formats.pdf_hyphens import rejoined


@pytest.mark.parametrize("mark", ["\x02", "\ufffe"])
@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("Hafen|meister", "Hafenmeister"),
        ("die INI|Einstellungen", "die INI-Einstellungen"),
        ("Software|Overhead", "Software-Overhead"),
        ("ein 64|Bit-System", "ein 64-Bit-System"),
        ("Covid|19", "Covid-19"),
        ("Vor|und Nachteile", "Vor- und Nachteile"),
        ("pre|and post-war", "pre- and post-war"),
        ("INTER|NATIONAL", "INTERNATIONAL"),
        ("X|Server", "X-Server"),
        ("Be|funde", "Befunde"),
        ("in der|„Mitte“", "in der„Mitte“"),
        ("zu Ende|", "zu Ende"),
        ("|Anfang", "Anfang"),
        ("Sicher|heits|Rat", "Sicherheits-Rat"),
    ],
)
def test_the_hyphen_stays_where_the_end_of_the_line_did_not_make_it(mark: str, broken: str, expected: str) -> None:
    assert rejoined(broken.replace("|", mark)) == expected
    assert rejoined(broken.replace("|", f"{mark}\n")) == expected
