import pytest

from rag_core_api.language import language_of
from rag_core_api.small_talk import reply


def _reply(message: str) -> str | None:
    return reply(message, language_of(message))


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ("Hello", "Hello."),
        ("Guten Morgen zusammen", "Guten Tag."),
        ("Thanks a lot, that helps", "You are welcome."),
        ("nein danke", "Gern geschehen."),
        ("good night", "Goodbye."),
        ("Gute Nacht", "Auf Wiedersehen."),
        ("yes", "Ask me"),
        ("Ja", "Fragen Sie"),
        ("ok", "Ask me"),
        ("Hi there, who are you?", "I look for"),
        ("How are you today?", "I look for"),
        ("Can you help me?", "I look for"),
        ("Wer bist du?", "Ich suche"),
        ("Was können Sie?", "Ich suche"),
        ("Hallo, wie geht es dir heute?", "Ich suche"),
        ("Bist du ein Mensch?", "Ich suche"),
    ],
)
def test_what_asks_nothing_of_the_documents_is_small_talk(message: str, begins: str) -> None:
    assert (_reply(message) or "").startswith(begins)


@pytest.mark.parametrize(
    "message",
    [
        "Hello, what is bzip2recover?",
        "Thanks. What is WAL mode?",
        "Can you help me with cron?",
        "Who are you supposed to call?",
        "What do you do when a berth is taken?",
        "Kannst du mir helfen, cron einzurichten?",
        "Wie geht es weiter nach der Installation?",
        "How do you work with branches?",
        "no cache",
        "night shift",
        "???",
        "",
    ],
)
def test_what_asks_something_is_no_small_talk(message: str) -> None:
    assert _reply(message) is None
