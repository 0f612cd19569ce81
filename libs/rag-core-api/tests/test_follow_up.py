import pytest

from rag_core_api.follow_up import Reference, earlier_questions, reference
from rag_core_lib.wire.chat import ChatMessage

FIRST = "How long is the notice period of employees?"


def _history(*questions: str) -> list[ChatMessage]:
    turns = (
        (ChatMessage(role="user", content=text), ChatMessage(role="assistant", content="Yes.")) for text in questions
    )
    return [turn for pair in turns for turn in pair]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("And for managers?", Reference.SURE),
        ("What about it during the probation period of apprentices?", Reference.SURE),
        ("Und wie ist es bei leitenden Angestellten im Ausland?", Reference.SURE),
        ("Why?", Reference.SURE),
        ("Does it also hold for managers abroad?", Reference.WORD),
        ("Gilt sie auch für leitende Angestellte?", Reference.WORD),
        ("Which of these values keeps the connection open longest?", Reference.WORD),
        ("Welche von diesen Dateien darf ich nach der Installation löschen?", Reference.WORD),
        ("Who wrote this handbook of the municipal library?", Reference.NONE),
        ("What does bzip2recover do?", Reference.SHORT),
        ("Opening hours of the canteen", Reference.NONE),
        ("How many virtual consoles are there in Debian?", Reference.NONE),
        ("Wo kann ich Ihr Formular für den Urlaub finden?", Reference.NONE),
        ("Was kostet das Ticket für den Bus?", Reference.NONE),
    ],
)
def test_how_much_a_message_points_back(message: str, expected: Reference) -> None:
    assert reference(message) is expected


def test_a_chain_of_follow_ups_goes_back_to_its_beginning_and_no_further() -> None:
    history = _history("Where is the canteen of the main building?", FIRST, "And for managers?")

    assert earlier_questions(history) == f"{FIRST} And for managers?"


def test_small_talk_is_no_question() -> None:
    assert earlier_questions(_history(FIRST, "Thanks a lot!")) == FIRST
    assert earlier_questions(_history("Thanks a lot!")) == ""
