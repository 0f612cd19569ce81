from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag_core_api.settings import RagSettings

Start = Callable[..., TestClient]
PIECE = {"content": "a", "source": "a", "position": 0}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/chat/test", {"message": ""}, "body.message"),
        ("/chat/test", {"message": "x" * 20_001}, "body.message"),
        ("/chat/test", {}, "body.message"),
        ("/chat/test", [], "body"),
        ("/chat/test", {"message": "x", "history": [{"role": "system", "content": "x"}]}, "body.history.0.role"),
        ("/chat/test", {"message": "x", "history": [{"role": "user", "content": "x"}] * 101}, "body.history"),
        ("/chat/two%20words", {"message": "x"}, "path.session_id"),
        ("/chat/" + "x" * 65, {"message": "x"}, "path.session_id"),
        ("/chat/..", {"message": "x"}, "Not Found"),
        ("/chat/..%2F..%2Fetc", {"message": "x"}, "Not Found"),
        ("/chat/%2e%2e", {"message": "x"}, "path.session_id"),
        ("/chat/a%00b", {"message": "x"}, "path.session_id"),
        ("/information_pieces/upload", {"document_id": "../x", "pieces": [PIECE]}, "body.document_id"),
        ("/information_pieces/upload", {"document_id": "x", "pieces": []}, "body.pieces"),
        ("/information_pieces/upload", {"document_id": "x", "pieces": [{**PIECE, "page": 0}]}, "body.pieces.0.page"),
        ("/information_pieces/remove", {"document_id": ""}, "body.document_id"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(client: TestClient, path: str, body: Any, field: str) -> None:  # noqa: ANN401
    answer = client.post(path, json=body)

    assert answer.status_code in {404, 422}
    assert answer.json()["detail"].startswith(field)


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"message": NaN}', b'{"message": "\\ud800"}', b"null", b""]
)
def test_what_is_no_json_is_refused(client: TestClient, content: bytes) -> None:
    answer = client.post("/chat/test", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


def test_a_request_that_is_too_large_is_refused(start: Start, settings: RagSettings) -> None:
    client = start(settings.model_copy(update={"largest_request_mb": 1}))

    answer = client.post("/chat/test", content=b" " * 1_000_001, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.json()["detail"] == "the request is over the limit of 1000000 bytes"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_the_longest_question_is_answered(client: TestClient) -> None:
    client.post("/information_pieces/upload", json={"document_id": "x", "pieces": [PIECE]})
    words = " ".join(str(number) for number in range(3000))

    assert client.post("/chat/test", json={"message": words}).json()["finish_reason"] == "nothing_found"


def test_every_failure_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    for path in ("/chat/{session_id}", "/information_pieces/upload", "/information_pieces/remove"):
        responses = paths[path]["post"]["responses"]
        assert {"200", "413", "422", "503"} == set(responses)
        assert "Problem" in str(responses["422"])
    assert "text/event-stream" in paths["/chat/{session_id}"]["post"]["responses"]["200"]["content"]
