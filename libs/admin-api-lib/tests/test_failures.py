from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from admin_api_lib.settings import AdminSettings

from .conftest import TOKEN, ClientMaker
from .neighbours import EXTRACTION, PIECE, Neighbours, Reaction, settled, statuses, stored, upload
from .waiting import wait_until

UNREACHABLE = httpx.ConnectError("refused")


def test_what_the_extractor_refuses_is_the_reason_and_not_tried_again(
    client: TestClient, neighbours: Neighbours
) -> None:
    neighbours.extraction = httpx.Response(422, json={"detail": "handbook.pdf: the file is encrypted"})
    upload(client)

    assert settled(client) == [("handbook.pdf", "error", "handbook.pdf: the file is encrypted", 0)]
    assert client.get("/all_documents_status").json()[0]["will_retry"] is False
    assert len(neighbours.extractions) == 1


@pytest.mark.parametrize(
    ("extraction", "backend", "reason"),
    [
        (httpx.Response(500, text="oh"), None, "document-extractor answered 500: oh"),
        (httpx.Response(200, json={}), None, "document-extractor answered in a form that is not known here"),
        (httpx.ReadTimeout("600 s"), None, "document-extractor cannot be reached: ReadTimeout"),
        (httpx.Response(200, json=EXTRACTION), UNREACHABLE, "rag-backend cannot be reached: ConnectError"),
        (httpx.Response(200, json=EXTRACTION), httpx.Response(503, text="no"), "rag-backend answered 503: no"),
        (httpx.Response(200, json={**EXTRACTION, "pieces": []}), None, "the document holds no text"),
    ],
)
def test_a_failure_next_door_is_the_reason_in_the_status(
    embedded_client: TestClient, neighbours: Neighbours, extraction: Reaction, backend: Reaction, reason: str
) -> None:
    neighbours.extraction, neighbours.backend = extraction, backend
    upload(embedded_client)

    assert settled(embedded_client) == [("handbook.pdf", "error", reason, 0)]


def test_what_failed_for_now_is_tried_again_by_itself(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.backend = UNREACHABLE
    upload(client)
    settled(client)
    assert client.get("/all_documents_status").json()[0]["will_retry"] is True

    neighbours.backend = None

    wait_until(lambda: statuses(client) == [("handbook.pdf", "ready", None, 1)])


def test_it_is_not_tried_again_for_ever(embedded_client: TestClient, neighbours: Neighbours) -> None:
    neighbours.extraction = UNREACHABLE
    upload(embedded_client)

    wait_until(
        lambda: (
            embedded_client.get("/all_documents_status").json()[0]["will_retry"] is False
            and statuses(embedded_client)[0][1] == "error"
        )
    )
    # Three tries are allowed here, and a connection that was refused is tried twice each.
    assert len(neighbours.extractions) == 6


def test_when_a_newer_upload_fails_the_earlier_one_stays_whole(client: TestClient, neighbours: Neighbours) -> None:
    upload(client, data=b"%PDF one")
    settled(client)
    neighbours.extraction = httpx.Response(422, json={"detail": "broken"})
    upload(client, data=b"%PDF two")

    assert settled(client) == [("handbook.pdf", "error", "broken", 1)]
    assert neighbours.pieces == {"handbook.pdf": [PIECE]}
    assert stored(client) == b"%PDF one"


def test_a_deletion_that_cannot_be_finished_now_goes_on_by_itself(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    settled(client)
    neighbours.backend = UNREACHABLE

    answer = client.delete("/delete_document/handbook.pdf")

    assert answer.status_code == 503
    assert answer.json()["detail"] == "rag-backend cannot be reached: ConnectError; the deletion goes on by itself"
    assert statuses(client) == [("handbook.pdf", "deleting", None, 1)]
    neighbours.backend = None
    wait_until(lambda: statuses(client) == [])
    assert neighbours.pieces == {}


def test_without_a_writable_folder_it_starts_and_tells_why_it_cannot_answer(
    tmp_path: Path, make_client: ClientMaker
) -> None:
    (tmp_path / "file").touch()
    client = make_client(AdminSettings(admin_state_path=tmp_path / "file" / "admin", admin_token=SecretStr(TOKEN)))

    assert client.get("/healthz").status_code == 200
    for answer in (client.get("/all_documents_status"), upload(client)):
        assert answer.status_code == 503
        assert "cannot make the state folder" in answer.json()["detail"]


def test_servers_that_are_down_are_named(embedded: AdminSettings, make_client: ClientMaker) -> None:
    down = {
        "redis_url": SecretStr("redis://:secret@127.0.0.1:9/0"),
        "s3_url": "http://127.0.0.1:9",
        "s3_access_key": SecretStr("a"),
        "s3_secret_key": SecretStr("b"),
    }
    client = make_client(embedded.model_copy(update=down))

    listing, uploading = client.get("/all_documents_status"), upload(client)

    assert (listing.status_code, uploading.status_code) == (503, 503)
    assert listing.json()["detail"].startswith("Redis at 127.0.0.1:9 cannot be used: ")
    assert uploading.json()["detail"] == "S3 at 127.0.0.1 cannot be reached: ConnectError"
    assert client.get("/healthz").status_code == 200


def test_settings_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="not be more than half"):
        AdminSettings(piece_characters=100, piece_overlap_characters=51)
    with pytest.raises(ValueError, match="needs admin_user and admin_password"):
        AdminSettings(admin_auth="basic", admin_user="me")
    with pytest.raises(ValueError, match="needs s3_access_key"):
        AdminSettings(s3_url="http://s3")
