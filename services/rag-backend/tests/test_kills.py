"""SIGKILL while documents are stored, replaced and removed: the short form of tests/end_to_end/kills.py."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx2
import pytest

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "4"))
"""`KILLS=100` for a thorough run."""
LIMIT_SECONDS = 90


class Service:
    """The service in a process of its own, as in its image."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])
        self._environment = {**os.environ, "QDRANT_PATH": str(folder), "LOG_LEVEL": "ERROR"}
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=LIMIT_SECONDS)
        self._start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._start()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.client.close()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
            assert time.monotonic() < end

    def _start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "rag_backend.main:app", "--port", self._port]
        command += ["--http", "rag_core_lib.patient_protocol:PatientProtocol"]
        self.process = subprocess.Popen(command, env=self._environment)  # noqa: S603


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path)
    yield running
    running.close()


def _store(service: Service, document: str, number: int) -> int | None:
    pieces = [
        {"content": f"Lunch of {document} costs {number} euros.", "source": document, "position": position}
        for position in range(30)
    ]
    body = {"document_id": document, "pieces": pieces}
    try:
        return service.client.post("/information_pieces/upload", json=body).status_code
    except httpx2.TransportError:
        return None


def _remove(service: Service, document: str) -> int | None:
    try:
        return service.client.post("/information_pieces/remove", json={"document_id": document}).status_code
    except httpx2.TransportError:
        return None


def test_a_killed_process_leaves_each_document_whole_or_as_it_was(service: Service) -> None:
    numbers = random.Random(1)  # noqa: S311 (no secret)
    service.wait_until_ready()
    may_be: dict[str, set[int | None]] = {name: {number} for number, name in enumerate(("alpha", "beta"), 1000)}
    for name, (number,) in may_be.items():
        assert _store(service, name, number or 0) == 200
    may_be["gamma"] = {None}

    for kill in range(KILLS):
        beta = None if kill % 2 else 3000 + kill
        wanted: dict[str, int | None] = {"alpha": 2000 + kill, "beta": beta, "gamma": 4000 + kill}
        answers: dict[str, int | None] = {}

        def change(name: str, number: int | None, answers: dict[str, int | None] = answers) -> None:
            answers[name] = _remove(service, name) if number is None else _store(service, name, number)

        threads = [Thread(target=change, args=item) for item in wanted.items()]
        for thread in threads:
            thread.start()
        time.sleep(numbers.uniform(0, 0.4))
        service.kill()
        for thread in threads:
            thread.join()
        service.wait_until_ready()
        listed = service.client.get("/information_pieces/documents").json()["documents"]
        for name, number in wanted.items():
            may_be[name] = {number} if answers[name] == 200 else {*may_be[name], number}
            found = service.client.post("/chat/kills", json={"message": f"What does lunch of {name} cost?"}).json()
            own = [part["excerpt"] for part in found["citations"] if part["document_id"] == name]
            said = int(next(word for word in own[0].split() if word.isdecimal())) if own else None
            assert said in may_be[name], (name, said, may_be[name], answers)
            assert listed.get(name, {}).get("pieces") == (None if said is None else 30)
            may_be[name] = {said}
