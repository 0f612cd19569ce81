"""What the index has lost comes back from the stored originals; so does everything when somebody asks for it."""

import time
from itertools import pairwise
from typing import Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from admin_api_lib.documents import Documents
from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker
from .neighbours import EXTRACTION, PIECE, Neighbours, settled, statuses, stored, upload
from .waiting import wait_until

READY = ("handbook.pdf", "ready", None, 1)


def _index(client: TestClient) -> dict[str, Any]:
    return client.get("/index_status").json()


def test_what_the_index_lost_is_indexed_again_by_itself(client: TestClient, neighbours: Neighbours) -> None:
    for name in ("handbook.pdf", "other.pdf"):
        upload(client, name)
    settled(client)
    whole = dict(neighbours.pieces)
    assert _index(client) == {
        "state": "complete", "reason": None, "documents": 2, "missing": 0, "indexing_again": 0,
    }  # fmt: skip

    neighbours.pieces.clear()

    wait_until(lambda: neighbours.pieces == whole and _index(client)["state"] == "complete")
    assert settled(client) == [READY, ("other.pdf", "ready", None, 1)]
    assert neighbours.told[0] == "2 of 2 documents are missing in the index and are being indexed again"
    assert neighbours.told[-1] is None


def test_a_document_that_lost_some_of_its_pieces_is_indexed_again(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.extraction = httpx.Response(200, json={**EXTRACTION, "pieces": [
        {**EXTRACTION["pieces"][0], "page": page, "position": page} for page in (1, 2, 3)
    ]})  # fmt: skip
    upload(client)
    assert settled(client) == [("handbook.pdf", "ready", None, 3)]

    del neighbours.pieces["handbook.pdf"][1]

    wait_until(lambda: len(neighbours.pieces["handbook.pdf"]) == 3)
    assert settled(client) == [("handbook.pdf", "ready", None, 3)]


def test_while_documents_are_missing_it_is_said(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    settled(client)
    neighbours.gate.clear()
    neighbours.pieces.clear()

    wait_until(lambda: _index(client)["state"] == "incomplete")
    assert _index(client)["missing"] == 1
    reason = "the index has lost it; it is indexed again"
    wait_until(lambda: statuses(client) == [("handbook.pdf", "processing", reason, 1)])
    assert stored(client) == b"%PDF"
    neighbours.gate.set()

    wait_until(lambda: _index(client)["state"] == "complete")
    assert statuses(client) == [READY]


def test_an_index_that_was_damaged_is_complete_only_when_all_is_there(
    client: TestClient, neighbours: Neighbours
) -> None:
    upload(client)
    settled(client)

    neighbours.pieces.clear()
    neighbours.incomplete = "the index was damaged"

    wait_until(lambda: neighbours.incomplete is None)
    assert list(neighbours.pieces) == ["handbook.pdf"]


def test_a_process_that_ends_in_the_middle_leaves_nothing_missing(
    settings: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    with prepare_client(settings) as client:
        for number in range(5):
            upload(client, f"{number}.pdf")
        settled(client)
        neighbours.gate.clear()
        neighbours.pieces.clear()
        wait_until(lambda: all(state == "processing" for _, state, *_ in statuses(client)))
    neighbours.gate.set()

    client = make_client(settings)

    wait_until(lambda: len(neighbours.pieces) == 5 and neighbours.incomplete is None)
    assert {state for _, state, *_ in settled(client)} == {"ready"}


def test_the_earlier_upload_of_a_document_in_error_comes_back_too(client: TestClient, neighbours: Neighbours) -> None:
    upload(client, data=b"%PDF good")
    settled(client)
    neighbours.extraction = httpx.Response(422, json={"detail": "broken"})
    upload(client, data=b"%PDF bad")
    assert settled(client) == [("handbook.pdf", "error", "broken", 1)]
    neighbours.extraction = httpx.Response(200, json=EXTRACTION)
    neighbours.extractions.clear()

    neighbours.pieces.clear()

    wait_until(lambda: list(neighbours.pieces) == ["handbook.pdf"] and neighbours.incomplete is None)
    assert "%PDF good" in neighbours.extractions[-1]
    assert statuses(client) == [("handbook.pdf", "error", "broken", 1)]
    assert stored(client) == b"%PDF good"


def test_a_lost_document_whose_original_is_lost_too_does_not_keep_the_others_waiting(
    client: TestClient, neighbours: Neighbours
) -> None:
    for name in ("handbook.pdf", "other.pdf"):
        upload(client, name)
    settled(client)
    documents = cast("Documents", client.app.state.documents)  # type: ignore[attr-defined]  # pyright: ignore
    other = documents.statuses.get("other.pdf")
    assert other
    documents.files.delete("other.pdf", other.upload)

    neighbours.pieces.clear()

    wait_until(lambda: neighbours.told[-1:] == [None] and list(neighbours.pieces) == ["handbook.pdf"])
    gone = ("other.pdf", "error", "its file is no longer stored; upload it again", 0)
    wait_until(lambda: statuses(client) == [READY, gone])


def test_a_page_that_is_gone_from_the_web_comes_back_from_what_was_kept(
    client: TestClient, neighbours: Neighbours
) -> None:
    client.post("/upload_source", json={"url": "https://example.org/a"})
    ((name, *_),) = settled(client)
    neighbours.extraction = httpx.Response(422, json={"detail": "https://example.org/a answered 404"})

    neighbours.pieces.clear()

    wait_until(lambda: name in neighbours.pieces and neighbours.incomplete is None)
    remark = "https://example.org/a answered 404. The earlier text is kept"
    assert settled(client) == [(name, "ready", remark, 1)]
    assert client.delete(f"/delete_document/{name}").status_code == 204
    assert statuses(client) == []


def test_another_embedding_model_makes_documents_indexed_again(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    settled(client)
    neighbours.extractions.clear()

    neighbours.outdated.add("handbook.pdf")

    wait_until(lambda: not neighbours.outdated and statuses(client) == [READY])
    assert len(neighbours.extractions) == 1
    assert neighbours.told == []


def test_everything_is_indexed_again_when_somebody_asks(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    neighbours.extraction = httpx.Response(422, json={"detail": "broken"})
    settled(client)
    upload(client, "other.pdf")
    settled(client)
    neighbours.extraction = httpx.Response(200, json=EXTRACTION)
    neighbours.extractions.clear()

    answer = client.post("/reindex_all_documents")

    assert (answer.status_code, answer.json()) == (202, {"documents": 2})
    assert settled(client) == [READY, ("other.pdf", "ready", None, 1)]
    assert len(neighbours.extractions) == 2
    neighbours.gate.clear()
    assert client.post("/reindex_all_documents").json() == {"documents": 2}
    assert client.post("/reindex_all_documents").json() == {"documents": 0}
    assert _index(client)["indexing_again"] == 2
    neighbours.gate.set()
    assert settled(client) == [READY, ("other.pdf", "ready", None, 1)]


def test_documents_that_others_put_into_the_index_stay_there(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.pieces["foreign"] = [PIECE]
    upload(client)

    assert settled(client) == [READY]
    assert _index(client)["state"] == "complete"
    assert set(neighbours.pieces) == {"foreign", "handbook.pdf"}


def test_an_index_that_cannot_be_asked_is_unknown(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    settled(client)
    neighbours.backend = httpx.ConnectError("refused")

    assert _index(client) == {
        "state": "unknown", "reason": "rag-backend cannot be reached: ConnectError",
        "documents": 1, "missing": 0, "indexing_again": 0,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/index_status", "/reindex_all_documents"])
def test_only_administrators_may(embedded_client: TestClient, path: str) -> None:
    method = "GET" if path == "/index_status" else "POST"
    assert embedded_client.request(method, path, headers={"Authorization": ""}).status_code == 401


def test_an_index_that_keeps_losing_a_document_is_asked_less_and_less_often(
    client: TestClient, neighbours: Neighbours
) -> None:
    upload(client)
    settled(client)
    uploads: list[float] = []

    def lose() -> None:
        uploads.append(time.monotonic())
        neighbours.pieces.clear()

    neighbours.after_upload = lose
    neighbours.pieces.clear()

    wait_until(lambda: len(uploads) == 5)
    pauses = [later - earlier for earlier, later in pairwise(uploads)]
    # The pause is 0.05 s, then 0.1, 0.2 and 0.4 s.
    assert [pause >= least for pause, least in zip(pauses, (0.04, 0.09, 0.19, 0.39), strict=True)] == [True] * 4

    neighbours.after_upload = lambda: None
    wait_until(lambda: list(neighbours.pieces) == ["handbook.pdf"] and neighbours.incomplete is None)
