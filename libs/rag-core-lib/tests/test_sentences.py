import pytest

from rag_core_lib.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Visitors, e.g. Suppliers, sign in. They leave.", ["Visitors, e.g. Suppliers, sign in.", "They leave."]),
        (
            "Das gilt z.B. Montags, vgl. Abschnitt 3. Danach nicht.",
            ["Das gilt z.B. Montags, vgl. Abschnitt 3.", "Danach nicht."],
        ),
        ("Am 3. Oktober ist frei. Am 4. nicht.", ["Am 3. Oktober ist frei.", "Am 4. nicht."]),
        ("J. Smith wrote “It works.” He left.", ["J. Smith wrote “It works.”", "He left."]),
        ("Version 1.0.8 is out. see below.", ["Version 1.0.8 is out. see below."]),
        ("1. Introduction", ["1. Introduction"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_do(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
    assert " ".join(sentences(text)) == text
