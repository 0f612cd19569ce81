import tomllib
from pathlib import Path

from fastapi.testclient import TestClient

import document_extractor
import extractor_api_lib
from document_extractor.main import app


def test_health_and_version() -> None:
    client = TestClient(app, "http://localhost")

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/version").json() == {
        "name": "document-extractor",
        "version": document_extractor.__version__,
        "libs": {"extractor-api-lib": extractor_api_lib.__version__},
    }


def test_a_file_becomes_pieces() -> None:
    answer = TestClient(app, "http://localhost").post(
        "/extract_from_file", files={"file": ("canteen.md", b"# Canteen\n\nOpens at *eleven*.")}
    )

    assert [piece["content"] for piece in answer.json()["pieces"]] == ["Canteen", "Opens at eleven."]


def test_a_broken_file_is_a_422_with_its_cause() -> None:
    answer = TestClient(app, "http://localhost").post("/extract_from_file", files={"file": ("a.docx", b"no zip")})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("a.docx: the file is not a DOCX")


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert document_extractor.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
