"""An OpenAI-compatible server without a model, on a free port of this machine.

Run it by itself with `python -m rag_core_lib.testing.openai_stub PORT`.
"""

import json
import math
import re
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

DIMENSIONS = 256
_FIRST_SOURCE = re.compile(r"^\[1\][^\n]*\n(.*?)(?=\n\n\[2\]|\n\n(?:Question|Frage):|\Z)", re.DOTALL | re.MULTILINE)

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call: an answer other than 200, a stream cut after some words, or a delay."""

    status: int = 200
    retry_after: str | None = None
    cut_after: int | None = None
    delay_seconds: float = 0


def quote_first_source(messages: Messages) -> str:
    """Return the first source of a prompt, word for word, with its number."""
    source = _FIRST_SOURCE.search(messages[-1]["content"])
    return f"{' '.join(source[1].split())} [1]" if source else "NOTHING_FOUND"


def embed(text: str) -> list[float]:
    """Return a unit vector that is close for texts with like spelling: counts of their letter trigrams, hashed."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.casefold()):
        padded = f" {word} "
        for start in range(len(padded) - 2):
            digest = blake2b(padded[start : start + 3].encode(), digest_size=2).digest()
            vector[int.from_bytes(digest, "big") % DIMENSIONS] += 1
    length = math.hypot(*vector) or 1
    return [value / length for value in vector]


@dataclass
class OpenAiStub:
    """A server for the time of a `with`; `faults` are used up by the calls in their order."""

    port: int = 0
    reply: Callable[[Messages], str] = quote_first_source
    finish_reason: str = "stop"
    faults: deque[Fault] = field(default_factory=deque[Fault])
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    keys: list[str | None] = field(default_factory=list[str | None])

    def __enter__(self) -> Self:
        """Start to serve."""
        stub = self

        class Handler(_Handler):
            owner = stub

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop to serve."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Return when it no longer serves."""
        self._thread.join()

    @property
    def base_url(self) -> str:
        """What `EMBEDDING_BASE_URL` and `CHAT_BASE_URL` are to be set to."""
        return f"http://127.0.0.1:{self.port}/v1"


class _Handler(BaseHTTPRequestHandler):
    owner: OpenAiStub

    def do_GET(self) -> None:
        """Answer every path, as `GET /models` is answered."""
        self._send_json(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        """Answer a call to a model, unless the caller has gone."""
        with suppress(ConnectionError):
            self._answer()

    def _answer(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.owner.requests.append((self.path, body))
        self.owner.keys.append(self.headers["Authorization"])
        fault = self.owner.faults.popleft() if self.owner.faults else Fault()
        time.sleep(fault.delay_seconds)
        if fault.status != 200:
            self._send_json(fault.status, {"error": {"message": "secret of the stub"}}, fault.retry_after)
        elif self.path == "/v1/embeddings":
            data = [{"index": index, "embedding": embed(text)} for index, text in enumerate(body["input"])]
            self._send_json(200, {"object": "list", "data": data})
        elif self.path == "/v1/chat/completions":
            self._send_stream(self.owner.reply(body["messages"]), fault.cut_after)
        else:
            self._send_json(404, {"error": {"message": "no such path"}})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the base class has them)
        """Write no log."""

    def _send_json(self, status: int, body: object, retry_after: str | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def _send_stream(self, answer: str, cut_after: int | None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for word in re.findall(r"\S+\s*", answer)[:cut_after]:
            self._send_event({"content": word}, None)
        if cut_after is None:
            self._send_event({}, self.owner.finish_reason)
            self.wfile.write(b"data: [DONE]\n\n")

    def _send_event(self, delta: dict[str, str], finish_reason: str | None) -> None:
        event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}
        self.wfile.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())


if __name__ == "__main__":
    with OpenAiStub(int(sys.argv[1])) as running:
        print(running.base_url, flush=True)  # noqa: T201 (the result)
        with suppress(KeyboardInterrupt):
            running.wait()
