import hashlib

import pytest
from pydantic import TypeAdapter

from admin_api_lib.identification import identification_of, identification_of_source
from rag_core_lib.wire.pieces import DocumentId


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def test_a_name_that_fits_stays() -> None:
    assert identification_of("staff_handbook-2.final.pdf") == "staff_handbook-2.final.pdf"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Staff Handbook.pdf", "staff-handbook-"),
        ("Übersicht.PDF", "bersicht-"),
        ("日本.pdf", "pdf-"),
        ("x" * 300, "xxx"),
    ],
)
def test_any_other_name_gets_a_digest(name: str, start: str) -> None:
    identification = identification_of(name)

    assert identification.startswith(start)
    assert _digest(name) in identification
    assert TypeAdapter(DocumentId).validate_python(identification) == identification


def test_names_that_look_alike_stay_apart() -> None:
    names = ["a b.pdf", "a-b.pdf", "A b.pdf", "a  b.pdf", "ä b.pdf"]

    assert len({identification_of(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\etc\\passwd", "passwd"])
def test_folders_do_not_count(name: str) -> None:
    assert identification_of(name) == "passwd"


@pytest.mark.parametrize("name", ["", "..", "/", "???", " "])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="needs a letter or a digit"):
        identification_of(name)


def test_an_address_gets_a_digest_of_all_of_it() -> None:
    urls = [
        "http://x.example/a/b.html",
        "http://x.example/a-b.html",
        "http://x.example/a/b.html?page=2",
        "http://x.example",
    ]
    identifications = [identification_of_source(url) for url in urls]

    assert len(set(identifications)) == len(urls)
    assert identifications[0] == f"x.example-a-b-{_digest(urls[0])}.html"
    for identification in identifications:
        assert TypeAdapter(DocumentId).validate_python(identification) == identification
