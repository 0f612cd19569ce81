import json
import tempfile
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from admin_api_lib.app import create_app
from admin_api_lib.models import DocumentState, DocumentStatus
from admin_api_lib.settings import AdminSettings
from admin_api_lib.status_store import StatusStore
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.status import VersionInfo

ABOUT = VersionInfo(name="demo", version="1")
RETRIES = RetrySettings(retries=1, backoff_seconds=0)
# The very form that extractor-api-lib answers in; its tests hold the same.
EXTRACTION = {
    "document": "handbook.pdf",
    "media_type": "application/pdf",
    "pieces": [{"type": "text", "content": "Four weeks.", "page": 1, "position": 0}],
}


class Neighbours:
    """Stands in for document-extractor and rag-backend, and remembers what rag-backend was told."""

    def __init__(self) -> None:
        self.extraction: httpx.Response | httpx.TransportError = httpx.Response(200, json=EXTRACTION)
        self.extractions = 0
        self.backend: httpx.Response | httpx.TransportError | None = None
        self.told: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/extract_from_file":
            self.extractions += 1
            if isinstance(self.extraction, httpx.TransportError):
                raise self.extraction
            return self.extraction
        if isinstance(self.backend, httpx.TransportError):
            raise self.backend
        if self.backend:
            return self.backend
        body = json.loads(request.content)
        self.told.append((request.url.path, body))
        return httpx.Response(200, json={"document_id": body["document_id"], "added": 1, "removed": 1})


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours()


@pytest.fixture
def settings(tmp_path: Path) -> AdminSettings:
    return AdminSettings(admin_state_path=tmp_path / "admin", max_file_bytes=2_000_000)


@pytest.fixture
def client(settings: AdminSettings, neighbours: Neighbours) -> Generator[TestClient]:
    with TestClient(create_app(ABOUT, settings, RETRIES, httpx.MockTransport(neighbours))) as client:
        yield client


def _upload(client: TestClient, name: str = "handbook.pdf", data: bytes = b"%PDF") -> httpx.Response:
    answer = client.post("/upload_file", files={"file": (name, data)})
    return httpx.Response(answer.status_code, content=answer.content)


def _statuses(client: TestClient) -> list[tuple[str, str, str | None, int]]:
    statuses = client.get("/all_documents_status").json()
    return [(item["identification"], item["state"], item["reason"], item["pieces"]) for item in statuses]


def test_an_upload_is_stored_extracted_and_indexed(
    client: TestClient, neighbours: Neighbours, settings: AdminSettings
) -> None:
    answer = _upload(client)

    assert answer.status_code == 202
    assert answer.json()["state"] == "processing"
    assert _statuses(client) == [("handbook.pdf", "ready", None, 1)]
    assert (settings.admin_state_path / "files" / "handbook.pdf").read_bytes() == b"%PDF"
    piece = {"type": "text", "content": "Four weeks.", "source": "handbook.pdf", "page": 1, "position": 0}
    assert neighbours.told == [("/information_pieces/upload", {"document_id": "handbook.pdf", "pieces": [piece]})]


def test_a_file_of_the_same_name_takes_the_place_of_the_earlier_one(
    client: TestClient, settings: AdminSettings
) -> None:
    _upload(client)
    _upload(client, data=b"%PDF new")

    assert len(_statuses(client)) == 1
    assert [file.read_bytes() for file in (settings.admin_state_path / "files").iterdir()] == [b"%PDF new"]


def test_deleting_takes_pieces_file_and_status(
    client: TestClient, neighbours: Neighbours, settings: AdminSettings
) -> None:
    _upload(client)

    assert client.delete("/delete_document/handbook.pdf").status_code == 204
    assert neighbours.told[-1] == ("/information_pieces/remove", {"document_id": "handbook.pdf"})
    assert _statuses(client) == []
    assert list((settings.admin_state_path / "files").iterdir()) == []
    assert client.delete("/delete_document/handbook.pdf").status_code == 404


def test_while_rag_backend_is_down_nothing_is_deleted(client: TestClient, neighbours: Neighbours) -> None:
    _upload(client)
    neighbours.backend = httpx.ConnectError("refused")

    answer = client.delete("/delete_document/handbook.pdf")

    assert answer.status_code == 503
    assert answer.json()["detail"] == "rag-backend cannot be reached: ConnectError"
    assert _statuses(client) == [("handbook.pdf", "ready", None, 1)]


def test_what_the_extractor_refuses_is_the_reason_in_the_status(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.extraction = httpx.Response(422, json={"detail": "handbook.pdf: the file is encrypted"})
    _upload(client)

    assert _statuses(client) == [("handbook.pdf", "error", "handbook.pdf: the file is encrypted", 0)]


def test_a_long_extraction_is_not_repeated_after_a_lost_connection(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.extraction = httpx.ReadTimeout("600 s")
    _upload(client)

    assert neighbours.extractions == 1
    assert _statuses(client)[0][2] == "document-extractor cannot be reached: ReadTimeout"


@pytest.mark.parametrize(
    ("extraction", "backend", "reason"),
    [
        (httpx.Response(500, text="oh"), None, "document-extractor answered 500: oh"),
        (httpx.Response(200, json={}), None, "document-extractor answered in a form that is not known here"),
        (
            httpx.Response(200, json=EXTRACTION),
            httpx.ConnectError("refused"),
            "rag-backend cannot be reached: ConnectError",
        ),
        (httpx.Response(200, json=EXTRACTION), httpx.Response(503, text="no"), "rag-backend answered 503: no"),
    ],
)
def test_a_failure_next_door_is_the_reason_in_the_status(
    client: TestClient,
    neighbours: Neighbours,
    extraction: httpx.Response,
    backend: httpx.Response | httpx.TransportError | None,
    reason: str,
) -> None:
    neighbours.extraction, neighbours.backend = extraction, backend
    _upload(client)

    assert _statuses(client) == [("handbook.pdf", "error", reason, 0)]


@pytest.mark.parametrize(
    ("name", "data", "status"), [("???", b"x", 422), ("a.txt", b"", 422), ("a.txt", b"x" * 2_000_001, 413)]
)
def test_what_cannot_be_kept_is_refused(client: TestClient, name: str, data: bytes, status: int) -> None:
    answer = _upload(client, name, data)

    assert answer.status_code == status
    assert _statuses(client) == []


def test_a_request_far_over_the_limit_is_not_read(client: TestClient) -> None:
    assert _upload(client, "a.txt", b"x" * 2_020_000).status_code == 413


def test_an_identification_cannot_be_a_path(client: TestClient) -> None:
    assert client.delete("/delete_document/..%2Fstatus.sqlite").status_code in {404, 422}
    assert client.delete("/delete_document/.hidden").status_code == 422


def test_what_a_process_did_not_finish_is_an_error_after_the_restart(
    settings: AdminSettings, neighbours: Neighbours
) -> None:
    unfinished = DocumentStatus(
        identification="a.pdf", file_name="a.pdf", state=DocumentState.PROCESSING, changed=datetime.now(UTC)
    )
    StatusStore(settings.admin_state_path).put(unfinished)

    with TestClient(create_app(ABOUT, settings, RETRIES, httpx.MockTransport(neighbours))) as client:
        ((identification, state, reason, _),) = _statuses(client)

    assert (identification, state) == ("a.pdf", "error")
    assert reason is not None
    assert reason.startswith("the service ended")


def test_without_a_writable_folder_it_starts_and_tells_why_it_cannot_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = AdminSettings(admin_state_path=tmp_path / "file" / "admin")
    with TestClient(create_app(ABOUT, settings, RETRIES)) as client:
        assert client.get("/healthz").status_code == 200
        answers = [client.get("/all_documents_status"), client.post("/upload_file", files={"file": ("a.txt", b"a")})]

    for answer in answers:
        assert answer.status_code == 503
        assert "cannot make the state folder" in answer.json()["detail"]


def test_a_database_that_is_none_is_a_503(client: TestClient, settings: AdminSettings) -> None:
    settings.admin_state_path.mkdir()
    (settings.admin_state_path / "status.sqlite").write_bytes(b"not a database" * 100)

    answer = client.get("/all_documents_status")

    assert answer.status_code == 503
    assert "status.sqlite: file is not a database" in answer.json()["detail"]


def test_without_a_temporary_folder_a_large_upload_is_a_503(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")

    answer = _upload(client, "a.txt", b"x" * 1_500_000)

    assert answer.status_code == 503
    assert answer.json()["detail"] == "cannot receive the request: No such file or directory"


def test_settings_refuse_an_overlap_that_never_ends() -> None:
    with pytest.raises(ValueError, match="not be more than half"):
        AdminSettings(piece_characters=100, piece_overlap_characters=51)
