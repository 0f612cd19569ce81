import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def document(client: TestClient) -> str:
    pieces = [
        {"content": f"Sentence {number}.", "source": "Rules.pdf", "page": number // 2 + 1, "position": number}
        for number in range(9)
    ]
    for name in ("rules.pdf", "other.pdf"):
        answer = client.post("/information_pieces/upload", json={"document_id": name, "pieces": pieces})
        assert answer.status_code == 200, answer.text
    return "rules.pdf"


@pytest.mark.parametrize(("position", "around", "expected"), [(4, 1, [3, 4, 5]), (0, 2, [0, 1, 2]), (8, 0, [8])])
def test_a_piece_comes_with_its_neighbours_in_order(
    client: TestClient, document: str, position: int, around: int, expected: list[int]
) -> None:
    answer = client.get(f"/passages/{document}", params={"position": position, "around": around})

    assert answer.status_code == 200, answer.text
    assert [piece["position"] for piece in answer.json()["pieces"]] == expected
    assert answer.json()["pieces"][0] == {
        "type": "text",
        "content": f"Sentence {expected[0]}.",
        "source": "Rules.pdf",
        "page": expected[0] // 2 + 1,
        "position": expected[0],
        "headings": [],
    }


@pytest.mark.parametrize("path", ["/passages/unknown.pdf?position=0", "/passages/rules.pdf?position=99"])
def test_what_is_not_there_is_said(client: TestClient, document: str, path: str) -> None:
    answer = client.get(path)

    assert document
    assert answer.status_code == 404
    assert "holds nothing at position" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["", "?position=-1", "?position=x", "?position=0&around=51"])
def test_what_does_not_fit_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/passages/rules.pdf{query}").status_code == 422


def test_a_replaced_document_shows_its_new_pieces_alone(client: TestClient, document: str) -> None:
    piece = {"content": "All is new.", "source": "Rules.pdf", "position": 0}
    client.post("/information_pieces/upload", json={"document_id": document, "pieces": [piece]})

    found = client.get(f"/passages/{document}?position=0&around=9").json()["pieces"]

    assert [piece["content"] for piece in found] == ["All is new."]


def test_a_removed_document_shows_nothing(client: TestClient, document: str) -> None:
    client.post("/information_pieces/remove", json={"document_id": document})

    assert client.get(f"/passages/{document}?position=0").status_code == 404
