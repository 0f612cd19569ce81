import gc
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag_core_api.app import create_app
from rag_core_api.piece_store import PieceStore
from rag_core_api.qdrant_connection import QdrantConnection
from rag_core_api.settings import RagSettings
from rag_core_lib.wire.pieces import InformationPiece
from rag_core_lib.wire.status import VersionInfo

ABOUT = VersionInfo(name="demo", version="1")


def _upload(client: TestClient, document_id: str, *contents: str) -> dict[str, Any]:
    pieces = [
        {"content": content, "source": f"{document_id}.txt", "position": position}
        for position, content in enumerate(contents)
    ]
    answer = client.post("/information_pieces/upload", json={"document_id": document_id, "pieces": pieces})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _ask(client: TestClient, message: str) -> dict[str, Any]:
    answer = client.post("/chat/test", json={"message": message})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_best_piece_answers(client: TestClient) -> None:
    _upload(client, "canteen", "The canteen opens at eleven.", "Coffee is free on Fridays.")
    _upload(client, "office", "The office opens at seven.")

    answer = _ask(client, "When does the canteen open? opens")

    assert answer["answer"].startswith("The canteen opens at eleven.")
    assert answer["citations"][0]["document_id"] == "canteen"
    assert answer["citations"][0]["position"] == 0


def test_nothing_is_found_before_anything_is_uploaded(client: TestClient) -> None:
    assert _ask(client, "canteen")["finish_reason"] == "nothing_found"


def test_uploading_again_replaces(client: TestClient) -> None:
    _upload(client, "canteen", "Lunch costs five euros.", "Closed on Sundays.")

    changed = _upload(client, "canteen", "Lunch costs six euros.")

    assert changed == {"document_id": "canteen", "added": 1, "removed": 2}
    assert _ask(client, "lunch costs")["answer"] == "Lunch costs six euros."
    assert _ask(client, "Sundays")["finish_reason"] == "nothing_found"


def test_removing_takes_only_the_one_document(client: TestClient) -> None:
    _upload(client, "canteen", "Lunch is at noon.")
    _upload(client, "office", "Meetings are at noon.")

    for removed in (1, 0):
        answer = client.post("/information_pieces/remove", json={"document_id": "canteen"})
        assert answer.json() == {"document_id": "canteen", "added": 0, "removed": removed}

    assert _ask(client, "noon")["answer"] == "Meetings are at noon."


def test_pieces_survive_a_restart(client: TestClient, settings: RagSettings) -> None:
    _upload(client, "canteen", "Lunch is at noon.")
    client.__exit__()

    with TestClient(create_app(ABOUT, settings)) as restarted:
        assert _ask(restarted, "lunch")["answer"] == "Lunch is at noon."
    client.__enter__()


def test_an_upload_that_fails_half_way_leaves_the_old_pieces(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_core_api.piece_store._BATCH", 1)
    connection = QdrantConnection(settings)
    store = PieceStore(connection, settings.qdrant_collection)
    old, good = (InformationPiece(content=text, source="a", position=0) for text in ("old text", "new text"))
    store.replace("a", [old])
    unfit = InformationPiece.model_construct(content=None, source="a", position=1)

    with pytest.raises(Exception, match="normalize"):
        store.replace("a", [good, unfit])

    assert [found.piece.content for found in store.find("text", 9)] == ["old text"]
    connection.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/test", {"message": ""}),
        ("/chat/test", {}),
        ("/chat/two%20words", {"message": "x"}),
        ("/information_pieces/upload", {"document_id": "../x", "pieces": []}),
        ("/information_pieces/remove", {"document_id": ""}),
    ],
)
def test_what_does_not_fit_is_refused(client: TestClient, path: str, body: dict[str, Any]) -> None:
    assert client.post(path, json=body).status_code == 422


def test_without_a_writable_folder_it_starts_and_tells_why_it_cannot_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with TestClient(create_app(ABOUT, RagSettings(qdrant_path=tmp_path / "file" / "qdrant"))) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.post("/chat/test", json={"message": "canteen"})

    assert answer.status_code == 503
    assert "cannot make the state folder" in answer.json()["detail"]


# qdrant-client leaves the lock file open when it cannot have the lock.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_folder_that_another_process_uses_is_a_503(client: TestClient, settings: RagSettings) -> None:
    _upload(client, "canteen", "Lunch is at noon.")

    with TestClient(create_app(ABOUT, settings)) as second:
        answer = second.post("/chat/test", json={"message": "lunch"})

    assert answer.status_code == 503
    assert "already accessed" in answer.json()["detail"]
    gc.collect()


def test_a_server_that_is_down_is_a_503() -> None:
    with TestClient(create_app(ABOUT, RagSettings(qdrant_url="http://127.0.0.1:9"))) as client:
        answer = client.post("/chat/test", json={"message": "canteen"})

    assert answer.status_code == 503
    assert answer.json()["detail"] == "Qdrant at http://127.0.0.1:9 does not answer"
