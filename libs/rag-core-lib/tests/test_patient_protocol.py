import asyncio
import functools
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rag_core_lib import patient_protocol
from rag_core_lib.closed_stream import ClosedStreamingResponse
from rag_core_lib.patient_protocol import PatientProtocol

pytestmark = pytest.mark.slow

SLOW = 0.5
KEPT_ALIVE = 3
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
ANSWER_408 = b"HTTP/1.1 408 Request Timeout\r\n"


class _Served:
    """A server of its own thread; `ended` names the streams that nobody reads any more."""

    def __init__(self, protocol: object = None, **tls: str) -> None:
        self.ended: list[str] = []

        async def root(_request: Request) -> Response:
            return PlainTextResponse("hello")

        async def length(request: Request) -> Response:
            return PlainTextResponse(str(len(await request.body())))

        async def refuse(_request: Request) -> Response:
            return PlainTextResponse("no", 401)

        async def stream(_request: Request) -> Response:
            async def parts() -> AsyncGenerator[bytes]:
                try:
                    while True:
                        yield b"x" * 1_000
                        await asyncio.sleep(0)
                finally:
                    self.ended.append("stream")

            return ClosedStreamingResponse(parts())

        async def large(_request: Request) -> Response:
            return Response(b"x" * 20_000_000)

        app = Starlette(
            routes=[
                Route("/", root),
                Route("/length", length, methods=["POST"]),
                Route("/refuse", refuse, methods=["POST"]),
                Route("/stream", stream),
                Route("/large", large),
            ]
        )
        self._listener = socket.create_server(("127.0.0.1", 0))
        # uvicorn asks only for something to call.
        http = cast("Any", protocol or functools.partial(PatientProtocol, seconds=SLOW))
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=http,
                log_level="critical",
                timeout_keep_alive=KEPT_ALIVE,
                timeout_graceful_shutdown=1,
                ssl_certfile=tls.get("certificate"),
                ssl_keyfile=tls.get("key"),
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(20)
        connection.connect(self._listener.getsockname())
        return connection

    def connections(self) -> int:
        return len(self._server.server_state.connections)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


@pytest.fixture
def served() -> Generator[_Served]:
    served = _Served()
    yield served
    served.stop()


def _rest(connection: socket.socket) -> bytes:
    data = b""
    try:
        while part := connection.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data


def _answer(connection: socket.socket) -> bytes:
    """Read one whole answer and leave the connection open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    assert found is not None
    while len(body) < int(found[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def _drip(connection: socket.socket, data: bytes, pause: float = 0.05) -> float:
    """Send a byte at a time until the other side closes; return how long that took."""
    started = time.monotonic()
    for byte in data:
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            break
        connection.setblocking(False)
        try:
            if connection.recv(1, socket.MSG_PEEK) in (b"", b"H"):
                break
        except BlockingIOError:
            pass
        finally:
            connection.settimeout(20)
        time.sleep(pause)
    return time.monotonic() - started


def test_headers_in_drops_are_answered_408_and_ended(served: _Served) -> None:
    with served.connect() as connection:
        took = _drip(connection, REQUEST + b"x" * 100)
        head, _, body = _rest(connection).partition(b"\r\n\r\n")

    assert head.startswith(ANSWER_408)
    assert b"connection: close" in head.lower()
    assert json.loads(body)["detail"] == "the headers of the request did not arrive within 0.5 s"
    assert SLOW * 0.9 < took < 3 * SLOW


def test_a_line_that_does_not_end_and_blank_lines_are_ended_too(served: _Served) -> None:
    for data in (b"GET /" + b"x" * 200, b"\r\n" * 100, b"GET / HTTP/1.1\r\nX: " + b"y" * 200):
        with served.connect() as connection:
            assert _drip(connection, data) < 3 * SLOW


def test_who_sends_nothing_is_closed_without_an_answer(served: _Served) -> None:
    with served.connect() as connection:
        started = time.monotonic()
        assert _rest(connection) == b""
        assert SLOW * 0.9 < time.monotonic() - started < 3 * SLOW


def test_headers_in_parts_within_the_time_are_served(served: _Served) -> None:
    with served.connect() as connection:
        for part in (REQUEST[:5], REQUEST[5:20], REQUEST[20:]):
            connection.sendall(part)
            time.sleep(SLOW / 5)
        assert _answer(connection).endswith(b"hello")


def test_a_second_request_on_a_kept_connection_has_the_same_time(served: _Served) -> None:
    with served.connect() as connection:
        connection.sendall(REQUEST)
        assert _answer(connection).endswith(b"hello")
        # An idle connection is uvicorn's: it may last longer than the time for headers.
        time.sleep(2 * SLOW)
        connection.sendall(REQUEST)
        assert _answer(connection).endswith(b"hello")
        took = _drip(connection, REQUEST + b"x" * 100)
        assert SLOW * 0.9 < took < 3 * SLOW
        assert _rest(connection).startswith(ANSWER_408)


def test_requests_in_one_go_are_all_answered_and_the_part_of_a_next_one_is_ended(served: _Served) -> None:
    with served.connect() as connection:
        connection.sendall(REQUEST * 3 + REQUEST[:10])
        data = b""
        while data.count(b"hello") < 3:
            data += connection.recv(65536)
        _drip(connection, b"x" * 200)
        assert _rest(connection).startswith(ANSWER_408)


def test_a_body_that_nobody_wants_does_not_hold_the_connection(served: _Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        assert _answer(connection).endswith(b"no")
        assert _drip(connection, b"x" * 200) < 4 * SLOW


def test_a_body_that_nobody_wants_may_be_sent_in_its_time(served: _Served) -> None:
    size = 4 * 5_000
    with served.connect() as connection:
        connection.sendall(f"POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
        assert _answer(connection).endswith(b"no")
        for _ in range(4):
            connection.sendall(b"x" * 5_000)
            time.sleep(SLOW / 2)
        connection.sendall(REQUEST)
        assert _answer(connection).endswith(b"hello")


def test_a_body_is_not_cut_by_the_time_for_headers(served: _Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n")
        time.sleep(2 * SLOW)
        connection.sendall(b"x" * 10)
        assert _answer(connection).endswith(b"10")


def test_who_takes_no_answer_is_ended(served: _Served) -> None:
    for path in ("/stream", "/large"):
        with served.connect(4096) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            deadline = time.monotonic() + 30
            while served.connections() == 0:
                time.sleep(0.01)
            while served.connections():
                assert time.monotonic() < deadline
                time.sleep(0.05)
    assert served.ended == ["stream"]


def test_a_slow_reader_that_reads_is_not_cut(served: _Served) -> None:
    with served.connect(8192) as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read = 0
        started = time.monotonic()
        while time.monotonic() - started < 8 * SLOW:
            part = connection.recv(1_500)
            assert part
            read += len(part)
            time.sleep(0.05)
        assert read > 20_000
        assert served.ended == []


def test_a_large_answer_is_taken_whole(served: _Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        time.sleep(2 * SLOW)
        assert _rest(connection).endswith(b"x" * 20_000_000)


def test_the_time_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOW_CLIENT_SECONDS", "0.3")
    patient_protocol._configured_seconds.cache_clear()  # pyright: ignore[reportPrivateUsage]
    served = _Served(PatientProtocol)
    try:
        with served.connect() as connection:
            _drip(connection, REQUEST + b"x" * 100)
            assert b"did not arrive within 0.3 s" in _rest(connection)
    finally:
        served.stop()
        patient_protocol._configured_seconds.cache_clear()  # pyright: ignore[reportPrivateUsage]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_it_is_the_same_over_tls(tmp_path: Path) -> None:
    key, certificate = str(tmp_path / "key"), str(tmp_path / "certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    subprocess.run([*command, "-days", "1", "-subj", "/CN=localhost"], check=True, capture_output=True)  # noqa: S603
    client = ssl.create_default_context(cafile=certificate)
    client.check_hostname = False
    served = _Served(key=key, certificate=certificate)
    try:
        with client.wrap_socket(served.connect()) as connection:
            connection.sendall(REQUEST)
            assert _answer(connection).endswith(b"hello")
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert len(_answer(connection)) > 20_000_000
            connection.sendall(REQUEST[:10])
            assert _rest(connection).startswith(ANSWER_408)
    finally:
        served.stop()
