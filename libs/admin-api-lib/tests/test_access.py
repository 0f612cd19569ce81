import json
import logging
import stat
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from admin_api_lib.settings import AdminSettings

from .conftest import TOKEN, ClientMaker
from .neighbours import Neighbours

OPEN = ["/healthz", "/version", "/readyz", "/openapi.json"]
GUARDED = [
    ("GET", "/all_documents_status"),
    ("POST", "/upload_file"),
    ("POST", "/upload_source"),
    ("DELETE", "/delete_document/a.pdf"),
    ("GET", "/document_reference/a.pdf"),
    ("GET", "/no/such/route"),
]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \udcff"])
def test_without_the_token_only_the_state_of_the_service_is_told(
    embedded_client: TestClient, authorization: str
) -> None:
    header = [(b"Authorization", authorization.encode("utf-8", "surrogateescape"))]

    for method, path in GUARDED:
        answer = embedded_client.request(method, path, headers=header)
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.headers["X-Request-ID"]
        assert TOKEN not in answer.text
    for path in OPEN:
        assert embedded_client.get(path, headers=header).status_code == 200, path


def test_a_refused_upload_is_not_read(embedded_client: TestClient) -> None:
    def body() -> object:
        raise AssertionError("the body was read")
        yield b""

    answer = embedded_client.post("/upload_file", content=body(), headers={"Authorization": ""})  # type: ignore[arg-type]  # pyright: ignore

    assert answer.status_code == 401


def test_user_and_password(embedded: AdminSettings, make_client: ClientMaker) -> None:
    basic = {"admin_auth": "basic", "admin_user": "me", "admin_password": SecretStr("pass:wörd")}
    client = make_client(embedded.model_copy(update=basic))
    del client.headers["Authorization"]

    assert client.get("/all_documents_status").headers["WWW-Authenticate"].startswith('Basic realm="documents"')
    assert client.get("/all_documents_status", auth=("me", "wrong")).status_code == 401
    assert client.get("/all_documents_status", auth=("you", "pass:wörd")).status_code == 401
    assert client.get("/all_documents_status", auth=("me", "pass:wörd")).status_code == 200


def test_it_is_off_only_when_that_is_said(tmp_path: Path, make_client: ClientMaker) -> None:
    client = make_client(AdminSettings(admin_state_path=tmp_path / "off", admin_auth="off"))
    del client.headers["Authorization"]

    assert client.get("/all_documents_status").status_code == 200
    assert not (tmp_path / "off" / "token").exists()


def test_a_token_is_made_and_kept_and_the_log_tells_where(
    tmp_path: Path, prepare_client: ClientMaker, caplog: pytest.LogCaptureFixture
) -> None:
    settings = AdminSettings(admin_state_path=tmp_path / "admin")
    with caplog.at_level(logging.DEBUG), prepare_client(settings):
        pass
    file = tmp_path / "admin" / "token"
    token = file.read_text().strip()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(token) >= 40
    assert not [record for record in caplog.records if token in str(vars(record))]
    assert str(file) in [getattr(record, "file", None) for record in caplog.records]
    for _ in range(2):
        with prepare_client(settings) as again:
            said = json.loads(again.get("/all_documents_status").text)["detail"]
            assert said == f"a bearer token is needed: see {file}"
            answer = again.get("/all_documents_status", headers={"Authorization": f"bearer {token}"})
            assert answer.status_code == 200


def test_an_empty_token_file_lets_nobody_in(tmp_path: Path, make_client: ClientMaker) -> None:
    file = tmp_path / "admin" / "token"
    file.parent.mkdir()
    file.touch(0o644)
    client = make_client(AdminSettings(admin_state_path=tmp_path / "admin"))

    for header in ("Bearer", "Bearer ", "Bearer  ", "bearer"):
        assert client.get("/all_documents_status", headers={"Authorization": header}).status_code == 401
    token = file.read_text().strip()
    assert len(token) >= 40
    assert client.get("/all_documents_status", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_where_no_token_can_be_kept_nobody_gets_in(tmp_path: Path, make_client: ClientMaker) -> None:
    (tmp_path / "file").touch()

    answer = make_client(AdminSettings(admin_state_path=tmp_path / "file" / "admin")).get("/all_documents_status")

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("ADMIN_TOKEN is not set, and no token can be kept in")


def test_readiness_names_what_is_missing(
    embedded: AdminSettings, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    client = make_client(embedded)
    every = {"files": "ok", "status": "ok", "document-extractor": "ok", "rag-backend": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "services": every}

    neighbours.backend = httpx.ConnectError("refused")
    answer = client.get("/readyz")

    assert answer.status_code == 503
    missing = {**every, "rag-backend": "rag-backend cannot be reached: ConnectError"}
    assert answer.json() == {"status": "not_ready", "services": missing}
