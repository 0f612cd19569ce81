import tempfile

import pytest

from extractor_api_lib.settings import ExtractorSettings

from .conftest import ClientMaker, PdfMaker


def test_health_and_version(make_client: ClientMaker) -> None:
    client = make_client()

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/version").json() == {"name": "demo", "version": "1", "libs": {"a": "2"}}


def test_a_file_becomes_pieces(make_client: ClientMaker, make_pdf: PdfMaker) -> None:
    answer = make_client().post("/extract_from_file", files={"file": ("Handbook.PDF", make_pdf("Four weeks."))})

    # admin-api-lib reads this very form; rag_core_lib.wire.extraction describes it.
    assert answer.json() == {
        "document": "Handbook.PDF",
        "media_type": "application/pdf",
        "pieces": [
            {"type": "text", "content": "Four weeks.", "page": 1, "position": 0, "heading": None, "source": None}
        ],
        "pages": [],
        "skipped": [],
    }


def test_every_kind_of_failure_has_its_status(make_client: ClientMaker, scanned_pdf: bytes) -> None:
    client = make_client(ExtractorSettings(ocr_command="/no/tesseract", max_file_bytes=20_000))

    def send(name: str, data: bytes) -> tuple[int, str]:
        answer = client.post("/extract_from_file", files={"file": (name, data)})
        return answer.status_code, answer.json()["detail"]

    assert send("a.pdf", b"%PDF") == (422, send("a.pdf", b"%PDF")[1])
    assert send("a.pdf", b"%PDF")[1].startswith("a.pdf: the file is not a readable PDF")
    assert send("a.txt", b"x" * 20_001) == (422, "a.txt: the file has 20001 bytes; the limit is 20000")
    assert client.post("/extract_from_file", files={"file": ("a.txt", b"x" * 40_000)}).status_code == 413
    assert send("a.txt", b"x" * 40_000)[1] == "the request is over the limit of 30000 bytes"
    assert send("a.exe", b"MZ")[0] == 415
    assert send("a.pdf", scanned_pdf)[0] == 503


def test_a_request_without_a_file_is_refused(make_client: ClientMaker) -> None:
    answer = make_client().post("/extract_from_file")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "body.file: Field required"


def test_without_a_temporary_folder_small_files_work_and_large_ones_are_a_503(
    make_client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client()
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")

    small = client.post("/extract_from_file", files={"file": ("a.txt", b"small")})
    large = client.post("/extract_from_file", files={"file": ("a.txt", b"large " * 200_000)})

    assert small.status_code == 200
    assert (large.status_code, large.json()["detail"]) == (503, "cannot receive the request: No such file or directory")


def test_readiness_tells_what_is_missing(make_client: ClientMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client(ExtractorSettings(workers=1, ocr_command="no-such-program"))
    ocr = "program no-such-program is not installed; pages without text are refused"

    ready = {"workers": "ok", "temporary folder": "ok", "ocr": ocr}
    assert client.get("/readyz").json() == {"status": "ready", "services": ready}

    monkeypatch.setattr("tempfile.TemporaryFile", _refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    reason = "uploads over 1 MB cannot be received: No space left on device"
    assert answer.json() == {"status": "not_ready", "services": {**ready, "temporary folder": reason}}


def _refuse() -> None:
    raise OSError(28, "No space left on device")


def test_workers_that_cannot_be_started_are_not_ready(
    make_client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", refuse)
    answer = make_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["services"]["workers"] == "a worker cannot be started: Resource temporarily unavailable"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8082", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_a_rebound_name_is_refused(make_client: ClientMaker, host: str) -> None:
    client = make_client()

    for path in ("/healthz", "/readyz", "/openapi.json", "/extract_from_file"):
        assert client.get(path, headers={"Host": host}).status_code == 421
    for own in ("localhost:8082", "127.0.0.1:8082", "[::1]:8082", "10.1.2.3:8082", "document-extractor:8082"):
        assert client.get("/healthz", headers={"Host": own}).status_code == 200
