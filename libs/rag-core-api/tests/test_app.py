from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from rag_core_api.settings import RagSettings
from rag_core_lib.testing.openai_stub import Fault, OpenAiStub

Start = Callable[..., TestClient]


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


def test_pieces_survive_a_restart(start: Start) -> None:
    first = start()
    _upload(first, "canteen", "Lunch is at noon.")
    first.__exit__()

    assert _ask(start(), "lunch")["answer"] == "Lunch is at noon."
    first.__enter__()


def test_what_is_spelt_otherwise_is_found_by_its_embedding(start: Start, stub: OpenAiStub) -> None:
    client = start(embedding=stub)
    _upload(client, "canteen", "Canteen hours", "Unrelated matters of taxes")

    found = client.post("/chat/test", json={"message": "Canteeen"})

    assert found.status_code == 200
    both = ["Canteen hours", "Unrelated matters of taxes"]
    # At last the sentences that were found are compared with the question.
    assert [body["input"] for _, body in stub.requests] == [both, ["Canteeen"], both]


def test_an_upload_whose_embedding_fails_changes_nothing(start: Start, stub: OpenAiStub) -> None:
    client = start(embedding=stub)
    _upload(client, "canteen", "Lunch costs five euros.")
    stub.faults.extend([Fault(503), Fault(503)])
    piece = {"content": "Lunch costs six euros.", "source": "a", "position": 0}

    answer = client.post("/information_pieces/upload", json={"document_id": "canteen", "pieces": [piece]})

    assert answer.status_code == 503
    assert answer.json()["detail"] == f"the embedding endpoint at 127.0.0.1:{stub.port} answered 503"
    assert _ask(client, "lunch costs")["answer"] == "Lunch costs five euros."


def test_readiness_names_the_service_that_is_missing(start: Start, stub: OpenAiStub) -> None:
    assert start(chat=stub).get("/readyz").json()["services"] == {"qdrant": "ok", "chat": "ok"}

    down = start(RagSettings(qdrant_url="http://127.0.0.1:9")).get("/readyz")

    assert down.status_code == 503
    assert down.json()["services"] == {"qdrant": "Qdrant at http://127.0.0.1:9 does not answer"}


def test_without_a_writable_folder_it_starts_and_tells_why_it_cannot_answer(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    client = start(RagSettings(qdrant_path=tmp_path / "file" / "qdrant"))

    assert client.get("/healthz").status_code == 200
    answer = client.post("/chat/test", json={"message": "canteen"})

    assert answer.status_code == 503
    assert "cannot make the state folder" in answer.json()["detail"]


def test_a_folder_that_another_process_uses_is_a_503(start: Start) -> None:
    _upload(start(), "canteen", "Lunch is at noon.")

    answer = start().post("/chat/test", json={"message": "lunch"})

    assert answer.status_code == 503
    assert "is in use by another process" in answer.json()["detail"]


def test_a_server_that_is_down_is_a_503(start: Start) -> None:
    answer = start(RagSettings(qdrant_url="http://127.0.0.1:9")).post("/chat/test", json={"message": "canteen"})

    assert answer.status_code == 503
    assert answer.json()["detail"] == "Qdrant at http://127.0.0.1:9 does not answer"
