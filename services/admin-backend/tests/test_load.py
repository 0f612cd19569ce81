import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

UPLOADS = 20
FILE_BYTES = 2_000_000
NEIGHBOUR_SECONDS = 0.1
LIMIT_SECONDS = 60
TOKEN = "the-token"  # noqa: S105
PIECES = [{"type": "text", "content": f"Sentence {number}.", "page": 1, "position": number} for number in range(100)]


class _Neighbour(BaseHTTPRequestHandler):
    """Stands in for document-extractor and rag-backend: takes its time, and answers in their forms."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(NEIGHBOUR_SECONDS)
        if self.path == "/extract_from_file":
            self._answer({"document": "a", "media_type": "text/plain", "pieces": PIECES})
        else:
            self._answer({"document_id": json.loads(body)["document_id"], "added": 100})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""

    def _answer(self, answer: object) -> None:
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def neighbour() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Neighbour)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(neighbour: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """Return a caller of a service that runs in a process of its own, as it does in its image."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {
        "ADMIN_STATE_PATH": str(tmp_path / "admin"),
        "ADMIN_TOKEN": TOKEN,
        "DOCUMENT_EXTRACTOR_URL": neighbour,
        "RAG_BACKEND_URL": neighbour,
    }
    command = [sys.executable, "-m", "uvicorn", "admin_backend.main:app", "--port", port]
    command += ["--http", "rag_core_lib.patient_protocol:PatientProtocol"]
    process = subprocess.Popen(command, env={**os.environ, **settings})  # noqa: S603
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=LIMIT_SECONDS) as client:
        try:
            _wait_until_it_serves(client)
            yield client
        finally:
            process.terminate()
            assert process.wait(LIMIT_SECONDS) in {0, -15}


def test_twenty_uploads_at_once_are_all_accepted_and_indexed(service: httpx.Client) -> None:
    data = os.urandom(FILE_BYTES)

    def upload(number: int) -> tuple[int, float]:
        started = time.monotonic()
        answer = service.post("/upload_file", files={"file": (f"{number:02}.txt", data)})
        return answer.status_code, time.monotonic() - started

    started = time.monotonic()
    with ThreadPoolExecutor(UPLOADS) as threads:
        answers = list(threads.map(upload, range(UPLOADS)))
    accepted = time.monotonic() - started
    states = _settled(service)

    assert [status for status, _ in answers] == [202] * UPLOADS
    assert states == ["ready"] * UPLOADS
    print(  # noqa: T201 (figures, shown by pytest -s)
        f"\n{UPLOADS} uploads of {FILE_BYTES / 1e6:g} MB at once: accepted in {accepted:.2f} s, the slowest answer "
        f"after {max(seconds for _, seconds in answers):.2f} s, all indexed after {time.monotonic() - started:.2f} s"
    )


def _settled(service: httpx.Client) -> list[str]:
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        states = [status["state"] for status in service.get("/all_documents_status").json()]
        if "processing" not in states:
            return states
        time.sleep(0.1)
    raise AssertionError(f"not done within {LIMIT_SECONDS} s")


def _wait_until_it_serves(client: httpx.Client) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            client.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"it does not serve within {LIMIT_SECONDS} s")
