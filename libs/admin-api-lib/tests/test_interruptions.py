import threading
from collections.abc import Callable

import httpx
import pytest
from fastapi.testclient import TestClient

from admin_api_lib.documents import Documents
from admin_api_lib.settings import AdminSettings
from rag_core_lib.state_folder import StateUnavailableError

from .conftest import ClientMaker
from .neighbours import EXTRACTION, Neighbours, settled, statuses, stored, upload
from .waiting import wait_until

pytestmark = pytest.mark.slow


def _documents(client: TestClient) -> Documents:
    return client.app.state.documents  # type: ignore[attr-defined]  # pyright: ignore


def test_what_a_process_did_not_finish_the_next_one_does(
    settings: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    with prepare_client(settings) as client:
        upload(client)
        wait_until(lambda: len(neighbours.extractions) == 1)
    neighbours.gate.set()
    assert neighbours.pieces == {}

    assert settled(make_client(settings)) == [("handbook.pdf", "ready", None, 1)]
    assert list(neighbours.pieces) == ["handbook.pdf"]


def test_a_deletion_that_a_process_did_not_finish_the_next_one_does(
    settings: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    with prepare_client(settings) as client:
        upload(client)
        settled(client)
        _documents(client).mark_deleting("handbook.pdf")

    client = make_client(settings)

    wait_until(lambda: statuses(client) == [])
    assert neighbours.pieces == {}


def test_a_process_that_ends_before_the_status_is_kept_leaves_the_document_as_it_was(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(client, data=b"one")
    settled(client)

    def fail(*_: object) -> None:
        raise StateUnavailableError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(_documents(client).statuses, "change", fail)
        assert upload(client, data=b"two").status_code == 503

    assert (statuses(client), stored(client)) == ([("handbook.pdf", "ready", None, 1)], b"one")
    upload(client, data=b"two")
    assert (settled(client), stored(client)) == ([("handbook.pdf", "ready", None, 1)], b"two")


def test_when_the_outcome_cannot_be_noted_the_work_is_done_again(
    client: TestClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = _documents(client)
    change, failures = documents.statuses.change, iter(range(3))

    def fail_at_first(identification: str, wanted: Callable[..., object]) -> object:
        if neighbours.pieces and next(failures, None) is not None:
            raise StateUnavailableError("gone")
        return change(identification, wanted)  # type: ignore[arg-type]  # pyright: ignore

    monkeypatch.setattr(documents.statuses, "change", fail_at_first)
    upload(client)

    wait_until(lambda: statuses(client) == [("handbook.pdf", "ready", None, 1)])
    assert len(neighbours.extractions) > 1


def test_a_lost_file_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:

    def lose(*_: object) -> None:
        return None

    monkeypatch.setattr(_documents(client).files, "put", lose)
    upload(client, "a.txt")

    reason = "its file is no longer stored; upload it again"
    wait_until(lambda: statuses(client) == [("a.txt", "error", reason, 0)])


def test_an_older_upload_that_is_slower_does_not_win(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.gate.clear()
    upload(client, data=b"%PDF older")
    wait_until(lambda: len(neighbours.extractions) == 1)
    upload(client, data=b"%PDF newer")
    wait_until(lambda: len(neighbours.extractions) == 2)
    neighbours.gate.set()

    assert settled(client) == [("handbook.pdf", "ready", None, 1)]
    assert stored(client) == b"%PDF newer"
    assert "newer" in neighbours.extractions[1]


def test_a_document_deleted_while_it_is_extracted_does_not_come_back(
    client: TestClient, neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    upload(client)
    wait_until(lambda: len(neighbours.extractions) == 1)
    assert client.delete("/delete_document/handbook.pdf").status_code == 204
    neighbours.gate.set()
    upload(client, "other.pdf")

    assert [identification for identification, *_ in settled(client)] == ["other.pdf"]
    assert list(neighbours.pieces) == ["other.pdf"]


def test_a_deletion_waits_until_pieces_that_are_on_their_way_have_arrived(
    client: TestClient, neighbours: Neighbours
) -> None:
    arrived: list[str] = []
    deletion = threading.Thread(target=lambda: client.delete("/delete_document/handbook.pdf"))

    def note() -> None:
        deletion.start()
        # Long enough for the deletion to come in between, if it could.
        deletion.join(0.3)
        arrived.append("pieces")

    neighbours.on_upload = note
    upload(client)
    wait_until(lambda: bool(arrived))
    deletion.join()

    assert (statuses(client), neighbours.pieces) == ([], {})


def test_many_uploads_of_one_name_end_with_the_last_one(client: TestClient, neighbours: Neighbours) -> None:
    contents = [f"%PDF {number:02}".encode() for number in range(12)]
    threads = [threading.Thread(target=upload, args=(client, "handbook.pdf", data)) for data in contents[:-1]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    upload(client, data=contents[-1])

    assert settled(client) == [("handbook.pdf", "ready", None, 1)]
    assert stored(client) == contents[-1]
    neighbours.extraction = httpx.Response(200, json=EXTRACTION)
    assert client.delete("/delete_document/handbook.pdf").status_code == 204
