import tomllib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import rag_backend
import rag_core_api
import rag_core_lib
from rag_backend.main import build_app


def test_it_starts_and_answers_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QDRANT_PATH", str(tmp_path / "file" / "qdrant"))

    with TestClient(build_app(), "http://localhost") as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/version").json() == {
            "name": "rag-backend",
            "version": rag_backend.__version__,
            "libs": {"rag-core-api": rag_core_api.__version__, "rag-core-lib": rag_core_lib.__version__},
        }
        assert client.post("/chat/demo", json={"message": "hello"}).status_code == 503


def test_what_is_uploaded_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_PATH", str(tmp_path / "qdrant"))
    piece = {"content": "The canteen opens at eleven.", "source": "canteen.md", "position": 0}

    with TestClient(build_app(), "http://localhost") as client:
        client.post("/information_pieces/upload", json={"document_id": "canteen.md", "pieces": [piece]})
        answer = client.post("/chat/demo", json={"message": "When is the canteen open?"}).json()

    assert answer["answer"] == "The canteen opens at eleven."
    assert answer["citations"][0]["source"] == "canteen.md"


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert rag_backend.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
