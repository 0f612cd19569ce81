import time
import tomllib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import admin_api_lib
import admin_backend
import rag_core_lib
from admin_backend.main import build_app


def test_it_starts_and_answers_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ADMIN_STATE_PATH", str(tmp_path / "file" / "admin"))

    with TestClient(build_app(), "http://localhost") as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/version").json() == {
            "name": "admin-backend",
            "version": admin_backend.__version__,
            "libs": {"admin-api-lib": admin_api_lib.__version__, "rag-core-lib": rag_core_lib.__version__},
        }
        assert client.get("/all_documents_status").status_code == 503
        assert client.get("/readyz").json()["status"] == "not_ready"


def test_an_upload_that_cannot_be_extracted_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_STATE_PATH", str(tmp_path))
    monkeypatch.setenv("ADMIN_TOKEN", "the-token")
    monkeypatch.setenv("DOCUMENT_EXTRACTOR_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_RETRIES", "0")

    with TestClient(build_app(), "http://localhost", headers={"Authorization": "Bearer the-token"}) as client:
        assert client.post("/upload_file", files={"file": ("a.txt", b"text")}).status_code == 202
        (status,) = _settled(client)

    assert (status["state"], status["reason"]) == ("error", "document-extractor cannot be reached: ConnectError")


def _settled(client: TestClient) -> list[dict[str, object]]:
    """Return all statuses once nothing is being worked on."""
    for _ in range(500):
        statuses = client.get("/all_documents_status").json()
        if all(status["state"] != "processing" for status in statuses):
            return statuses
        time.sleep(0.02)
    raise AssertionError("nothing came of it within 10 s")


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert admin_backend.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
