import pytest

from rag_core_api.follow_up import search_text
from rag_core_lib.wire.chat import ChatMessage

FIRST = "How long is the notice period of employees?"


def _history(*questions: str) -> list[ChatMessage]:
    turns = (
        (ChatMessage(role="user", content=text), ChatMessage(role="assistant", content="Yes.")) for text in questions
    )
    return [turn for pair in turns for turn in pair]


@pytest.mark.parametrize(
    "follow_up",
    [
        "And for managers?",
        "What about it during the probation period of apprentices?",
        "Does it also hold for managers abroad?",
        "Und wie ist es bei leitenden Angestellten im Ausland?",
        "Gilt sie auch für leitende Angestellte?",
        "Why?",
    ],
)
def test_a_follow_up_is_searched_with_the_question_before_it(follow_up: str) -> None:
    assert search_text(follow_up, _history(FIRST)) == f"{FIRST} {follow_up}"
    assert search_text(follow_up, []) == follow_up


def test_a_chain_of_follow_ups_goes_back_to_its_beginning_and_no_further() -> None:
    history = _history("Where is the canteen of the main building?", FIRST, "And for managers?")

    assert search_text("And abroad?", history) == f"{FIRST} And for managers? And abroad?"


def test_a_question_that_stands_alone_is_left_alone() -> None:
    assert search_text("Opening hours of the canteen", _history(FIRST)) == "Opening hours of the canteen"
