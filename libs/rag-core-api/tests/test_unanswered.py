import json
import socket
import time
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag_core_api.settings import RagSettings

Start = Callable[..., TestClient]
EVENTS = {"Accept": "text/event-stream"}


class _Admin(ThreadingHTTPServer):
    reports: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    server: _Admin  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.reports.append({**body, "path": self.path})
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


@pytest.fixture
def admin() -> Generator[_Admin]:
    server = _Admin(("127.0.0.1", 0), _Handler)
    server.reports = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_questions_without_an_answer_are_reported_and_others_are_not(
    start: Start, settings: RagSettings, admin: _Admin
) -> None:
    url = f"http://127.0.0.1:{admin.server_port}"
    client = start(settings.model_copy(update={"admin_backend_url": url}))
    piece = {"content": "The notice period is four weeks.", "source": "a", "position": 0}
    client.post("/information_pieces/upload", json={"document_id": "a", "pieces": [piece]})
    client.post("/chat/s1", json={"message": "What is the notice period?"})
    client.post("/chat/s2", json={"message": "Zebra?"})
    client.post("/chat/s3", json={"message": "Giraffe?"}, headers=EVENTS)

    deadline = time.monotonic() + 10
    while len(admin.reports) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert [(one["path"], one["kind"], one["question"], one["session"]) for one in admin.reports] == [
        ("/feedback", "unanswered", "Zebra?", "s2"),
        ("/feedback", "unanswered", "Giraffe?", "s3"),
    ]


def test_an_answer_does_not_wait_for_the_report(start: Start, settings: RagSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = start(settings.model_copy(update={"admin_backend_url": url}))

        started = time.monotonic()
        assert client.post("/chat/s", json={"message": "Zebra?"}).json()["finish_reason"] == "nothing_found"
        # The report itself is given up after 5 s.
        assert time.monotonic() - started < 4


def test_answers_are_counted(start: Start) -> None:
    client = start()
    client.post("/chat/s", json={"message": "Zebra?"})
    client.post("/chat/s", json={"message": "Zebra?"}, headers=EVENTS)

    assert 'rag_answers_total{finish_reason="nothing_found"} 2.0' in client.get("/metrics").text
