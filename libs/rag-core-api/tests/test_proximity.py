import pytest

from rag_core_api.asked import Asked, AskedTerm
from rag_core_api.proximity import has_neighbours
from rag_core_api.terms import terms


def _has_neighbours(question: str, text: str) -> bool:
    asked = Asked(question, tuple(AskedTerm(term, 3.0, is_known=True) for term in dict.fromkeys(terms(question))))
    return has_neighbours(asked, asked.likenesses(frozenset(terms(text))), text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("parameters of the command", "The command takes two parameters."),
        ("relative Adressierung", "Relativ ist die Adressierung einer Zelle."),
        ("print brochure", "Brochures: print them"),
    ],
)
def test_neighbours_of_a_question_are_near_in_either_order_and_in_other_forms(question: str, text: str) -> None:
    assert _has_neighbours(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("parameters of the command", "Parameters come first, blanks divide words, files follow, then the command."),
        ("parameters of the command", "The parameters are optional."),
        ("command", "command command"),
        ("", "The command takes two parameters."),
        ("command parameter", ""),
    ],
)
def test_far_words_single_words_and_nothing_are_no_neighbours(question: str, text: str) -> None:
    assert not _has_neighbours(question, text)
