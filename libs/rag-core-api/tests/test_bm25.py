import pytest

from rag_core_api.bm25 import document_vector, query_vector
from rag_core_api.terms import grams, likeness, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where are the Contracts?", ["contract"]),
        ("Policies, taxes and glass", ["policy", "taxe", "glass"]),
        ("Die Kündigungsfrist beträgt 4 Wochen.", ["kundigungsfrist", "betragt", "4", "wochen"]),
        ("ﬁne STRASSE Straße", ["fine", "strasse", "strasse"]),
        ("what is it?", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("spelling", ["Kündigung", "Kuendigung", "kundigung", "KÜNDIGUNG"])
def test_a_term_is_one_however_its_umlaut_is_typed(spelling: str) -> None:
    assert terms(spelling) == ["kundigung"]


def test_ue_stays_where_it_is_no_umlaut() -> None:
    assert terms("neue Quelle") == ["neue", "quelle"]


def test_a_compound_is_like_its_parts() -> None:
    shared = set(query_vector("Urlaubstage").indices) & set(document_vector("Der Jahresurlaub umfasst").indices)

    assert len(shared) == len(set(grams(["urlaub"])))
    assert likeness("urlaub", "jahresurlaub") == 0.8
    assert likeness("kündigung", "kündigungen") == 0.9
    assert likeness("urlaub", "urlaub") == 1
    assert likeness("urlaub", "laube") == 0


def _weight(text: str, term: str) -> float:
    vector = document_vector(text)
    asked = query_vector(term)
    index = asked.indices[asked.values.index(1)]
    return dict(zip(vector.indices, vector.values, strict=True))[index]


def test_repetition_counts_but_saturates() -> None:
    once, twice, often = (_weight("notice " * count + "period", "notice") for count in (1, 2, 50))

    assert once < twice < often < 2.2


def test_a_term_counts_less_in_a_long_text() -> None:
    assert _weight("notice period", "notice") > _weight("notice period " + "other words " * 200, "notice")


def test_a_text_without_terms_has_an_empty_vector() -> None:
    assert document_vector("?! the").indices == []
    assert query_vector("?! the").indices == []


def test_dimensions_are_the_same_in_every_process() -> None:
    # Stored vectors outlive the process; this number may change only together with a new collection.
    vector = query_vector("notice")
    assert dict(zip(vector.indices, vector.values, strict=True))[1680853050] == 1


@pytest.mark.parametrize(
    ("asked", "term", "value"),
    [
        ("anmelden", "anzumelden", 0.9),
        ("anmelden", "angemeldet", 0.9),
        ("einzugeben", "eingeben", 0.9),
        ("sichern", "gesichert", 0.9),
        ("zuruckgeben", "zuruckzugeben", 0.9),
        ("gehen", "hen", 0),
        ("genau", "nau", 0),
        ("zugang", "gang", 0),
        ("zugeben", "geben", 0.35),
    ],
)
def test_what_german_puts_into_a_verb_makes_no_other_word(asked: str, term: str, value: float) -> None:
    assert likeness(asked, term) == pytest.approx(value)
