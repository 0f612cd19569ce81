"""Ask 50 chats at once, while 20 uploads come in, and report times and failures.

    cargo xtask tool --for rag-backend python ../../evaluation/measure_load.py [--chats 50] [--rounds 10] [--uploads 20]

Starts rag-backend by uvicorn on a free port of this machine, with an empty embedded index, uploads the documents of
`documents/`, and asks the questions of `questions.jsonl`: `--chats` clients at once, each `--rounds` questions one
after the other. Meanwhile `--uploads` clients each upload a document of 200 pieces. With `--chat-model`, answers come
from the OpenAI-compatible stand-in of rag-core-lib. Ends with status 1 when any answer is not 200.
"""

import argparse
import asyncio
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

import httpx
from measure import FOLDER, cut, read_questions

from rag_core_lib.testing.openai_stub import OpenAiStub

START_SECONDS = 60


class Measured:
    """Times in milliseconds and status codes of one kind of call."""

    def __init__(self, name: str, client: httpx.AsyncClient) -> None:
        self.name = name
        self.client = client
        self.milliseconds: list[float] = []
        self.statuses: Counter[str] = Counter()

    async def post(self, path: str, body: object) -> None:
        """Make one call."""
        started = time.perf_counter()
        try:
            status = str((await self.client.post(path, json=body)).status_code)
        except httpx.TransportError as error:
            status = type(error).__name__
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        self.statuses[status] += 1

    def line(self) -> str:
        """Return the figures."""
        cuts = quantiles(self.milliseconds, n=20)
        times = f"median {cuts[9]:.0f} ms   95 of 100 {cuts[18]:.0f} ms   longest {max(self.milliseconds):.0f} ms"
        return f"{self.name:8} {len(self.milliseconds):5} calls   {times}   {dict(self.statuses)}"


async def run(base_url: str, chats: int, rounds: int, uploads: int) -> bool:
    """Make all calls, print the figures and tell whether all went well."""
    # uvicorn closes a connection after 5 idle seconds; a client that keeps it as long may meet the closing.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)
    async with httpx.AsyncClient(base_url=base_url, timeout=60, limits=limits) as client:
        asked, uploaded = Measured("chat", client), Measured("upload", client)
        for path in sorted((FOLDER / "documents").glob("*.md")):
            pieces = [piece.model_dump(mode="json") for piece in cut(path.read_text("utf-8"), path.name)]
            await client.post("/information_pieces/upload", json={"document_id": path.name, "pieces": pieces})
        bodies = itertools.cycle([question.request().model_dump() for question in read_questions()])

        async def chat(number: int) -> None:
            for _ in range(rounds):
                await asked.post(f"/chat/load-{number}", next(bodies))

        async def upload(number: int) -> None:
            text = f"Machine {number} is serviced every {number + 1} weeks by the workshop in hall {number}. " * 8
            pieces = [{"content": text, "source": f"m{number}.txt", "position": position} for position in range(200)]
            await uploaded.post("/information_pieces/upload", {"document_id": f"m{number}.txt", "pieces": pieces})

        started = time.perf_counter()
        await asyncio.gather(*(chat(number) for number in range(chats)), *(upload(n) for n in range(uploads)))
        seconds = time.perf_counter() - started
    measured = [item for item in (asked, uploaded) if item.milliseconds]
    for item in measured:
        print(item.line())  # noqa: T201 (the result)
    print(f"{len(asked.milliseconds) / seconds:.0f} answers a second")  # noqa: T201 (the result)
    return all(set(item.statuses) == {"200"} for item in measured)


def main() -> None:
    """Start the service, run, stop it."""
    parser = argparse.ArgumentParser(description="Ask many chats at once, while uploads come in")
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--chat-model", action="store_true", help="let a stand-in for a model answer")
    arguments = parser.parse_args()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, "QDRANT_PATH": str(Path(folder) / "qdrant"), "LOG_LEVEL": "WARNING"}
        if arguments.chat_model:
            stub = stack.enter_context(OpenAiStub())
            environment |= {"CHAT_BASE_URL": stub.base_url, "CHAT_MODEL": "stand-in"}
        command = [sys.executable, "-m", "uvicorn", "rag_backend.main:app", "--port", str(port)]
        command += ["--http", "rag_core_lib.patient_protocol:PatientProtocol"]
        service = stack.enter_context(subprocess.Popen(command, env=environment))  # noqa: S603
        stack.callback(service.terminate)
        base_url = f"http://127.0.0.1:{port}"
        _await_start(service, base_url)
        good = asyncio.run(run(base_url, arguments.chats, arguments.rounds, arguments.uploads))
    sys.exit(0 if good else 1)


def _await_start(service: subprocess.Popen[bytes], base_url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while service.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{base_url}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("rag-backend did not start")


if __name__ == "__main__":
    main()
