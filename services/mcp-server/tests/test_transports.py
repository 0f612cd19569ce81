import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.types import CallToolResult

ANSWER: dict[str, object] = {"answer": "Four weeks.", "citations": [], "finish_reason": "extracted"}


class Backend(BaseHTTPRequestHandler):
    """Answers every question like rag-backend, with the history's length in the answer."""

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = json.dumps({**ANSWER, "answer": f"Four weeks. {len(body['history'])}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def backend_url() -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _environment(backend_url: str) -> dict[str, str]:
    return {**os.environ, "RAG_BACKEND_URL": backend_url}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def _http_server(backend_url: str) -> Generator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "mcp_server", "--port", str(port)]
    process = subprocess.Popen(command, env=_environment(backend_url), stderr=subprocess.PIPE)  # noqa: S603
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.ConnectError:
                assert process.poll() is None
                assert time.monotonic() < deadline
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.communicate()


def _ask(target: StdioServerParameters | str) -> tuple[CallToolResult, CallToolResult]:
    history = [{"role": "user", "content": "Notice period?"}, {"role": "assistant", "content": "Four weeks."}]

    async def call() -> tuple[CallToolResult, CallToolResult]:
        async with Client(target) as client:
            simple = await client.call_tool("chat_simple", {"question": "Notice period?"})
            follow_up = {"question": "For managers?", "history": history}
            return simple, await client.call_tool("chat_with_history", follow_up)

    return asyncio.run(call())


def _check(results: tuple[CallToolResult, CallToolResult]) -> None:
    answers = [result.structured_content and result.structured_content["answer"] for result in results]
    assert answers == ["Four weeks. 0", "Four weeks. 2"]


def test_the_official_client_is_served_by_stdio(backend_url: str) -> None:
    arguments = ["-m", "mcp_server", "--stdio"]

    _check(_ask(StdioServerParameters(command=sys.executable, args=arguments, env=_environment(backend_url))))


def test_the_official_client_is_served_by_streamable_http(backend_url: str) -> None:
    with _http_server(backend_url) as url:
        _check(_ask(url))
