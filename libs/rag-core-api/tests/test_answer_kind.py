import pytest

from rag_core_api.answer_kind import KIND_WEIGHTS, AnswerKind
from rag_core_api.asked import Asked, AskedTerm
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_api.windows import Window, sources_of, windows_of
from rag_core_lib.wire.pieces import InformationPiece, PieceType


def _window(text: str) -> Window:
    piece = InformationPiece(type=PieceType.TEXT, content=text, source="Handbook.pdf", position=0)
    (source,) = sources_of([FoundPiece("handbook.pdf", piece, 1.0)])
    return next(windows_of(source, 400))


def _gain(question: str, text: str) -> float:
    asked = Asked(question, tuple(AskedTerm(term, 3.0, is_known=True) for term in dict.fromkeys(terms(question))))
    return AnswerKind(asked).gain(_window(text))


@pytest.mark.parametrize(
    ("question", "text", "gain"),
    [
        ("How many consoles are there?", "There are six text consoles.", KIND_WEIGHTS.counted),
        ("Wie viele virtuelle Konsolen gibt es?", "Es gibt sechs textbasierte Konsolen.", KIND_WEIGHTS.counted),
        ("How many consoles are there?", "Press the key 4 times.", KIND_WEIGHTS.number),
        ("How many consoles are there?", "3. Change to a console.", 1.0),
        ("How many consoles are there?", "See chvt(1) about consoles.", 1.0),
        (
            "How long is the notice period?",
            "It is given by the end of a quarter, three months ahead.",
            KIND_WEIGHTS.time,
        ),
        ("Wann ist Ruhezeit?", "Zwischen 22 und 6 Uhr ist es still.", KIND_WEIGHTS.time),
        ("Wann ist Ruhezeit?", "Ruhezeit ist wichtig.", 1.0),
        ("What does membership cost?", "The yearly fee is 18 pounds.", KIND_WEIGHTS.money),
        ("Was kostet die Mitgliedschaft?", "Für Kinder ist sie kostenlos.", KIND_WEIGHTS.money),
        ("Which file limits resources?", "Edit /etc/security/limits.conf for this.", KIND_WEIGHTS.name),
        ("Welche Datei begrenzt Ressourcen?", "Ressourcen lassen sich begrenzen.", 1.0),
        ("How do I set the clock?", "Run dpkg-reconfigure --force tzdata to set it.", KIND_WEIGHTS.way),
        ("Wofür ist debsign?", "debsign dient zum Signieren.", KIND_WEIGHTS.definition),
        ("Wofür ist debsign?", "Nach dem Bauen und Prüfen ist es Zeit für debsign.", 1.0),
        ("Why is tape not used?", "Tape was left out because it is slow.", KIND_WEIGHTS.reason),
        ("Where is the tape?", "Tape was left out because it is slow.", 1.0),
    ],
)
def test_a_window_gains_by_the_kind_of_answer_that_is_asked_for(question: str, text: str, gain: float) -> None:
    assert _gain(question, text) == gain


@pytest.mark.parametrize(
    ("question", "answer", "is_unmet"),
    [
        ("How much does the contract cost?", "The contract has a price of 40 pounds.", False),
        ("How much does the contract cost?", "The contract is long.", True),
        ("Wie hoch ist die Gebühr?", "Die Gebühr legt der Rat fest.", True),
        ("Wie lange gilt der Vertrag?", "Der Vertrag gilt zwei Jahre.", False),
        ("Wann endet der Vertrag?", "Der Vertrag endet mit einem Brief.", True),
        ("Who signs the contract?", "The contract is long.", False),
        ("When does the contract end?", "The contract ends with a letter.", True),
        ("What is missing when the contract ends?", "The contract ends with a letter.", False),
        # A number of another kind is no price.
        ("How much does the contract cost per year?", "The contract is signed 3 times a year.", True),
        ("What salary does the secretary get?", "The secretary is elected for 2 years.", True),
        ("Wie viel verdient der Hausmeister?", "Der Hausmeister kommt zweimal in der Woche.", True),
        ("Wie viel verdient der Hausmeister?", "Der Hausmeister bekommt 2400 EUR.", False),
        ("How much does the contract cost?", "It binds authors of free and commercial software.", True),
        ("How much does the contract cost?", "The contract is free of charge.", False),
        ("How much does the contract cost?", "For members it is free.", False),
        ("Do I get the costs back?", "All costs of a course are borne by the company.", False),
        ("What is the phone number of the office?", "Version numbers of the office suite, 10.2 or 2024-11-02.", True),
        ("What is the phone number of the office?", "The office: +49 30 1234567.", False),
        ("Wie ist die Telefonnummer des Büros?", "Das Büro: 030/1234567.", False),
        ("What is the email address of the office?", "Write to the office.", True),
        ("What is the email address of the office?", "Write to office@example.org.", False),
    ],
)
def test_an_answer_without_the_figure_that_is_asked_for_is_told(question: str, answer: str, is_unmet: bool) -> None:
    asked = Asked(question, tuple(AskedTerm(term, 3.0, is_known=True) for term in dict.fromkeys(terms(question))))

    assert AnswerKind(asked).is_unmet([_window(answer)]) is is_unmet


def test_the_header_of_a_table_may_have_the_currency() -> None:
    table = InformationPiece(
        type=PieceType.TABLE, content="Ticket | Price in €\nAdults | 12", source="prices.csv", position=0
    )
    (source,) = sources_of([FoundPiece("prices.csv", table, 1.0)])
    question = "How much does a ticket for adults cost?"
    asked = Asked(question, tuple(AskedTerm(term, 3.0, is_known=True) for term in terms(question)))

    assert not AnswerKind(asked).is_unmet(windows_of(source, 400))
