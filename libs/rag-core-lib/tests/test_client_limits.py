import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient

from rag_core_lib.closed_stream import ClosedStreamingResponse
from rag_core_lib.patient_protocol import PatientProtocol
from rag_core_lib.rate_limit import RateLimit, RateLimitMiddleware
from rag_core_lib.service_app import create_service_app, limit_clients
from rag_core_lib.wire.status import VersionInfo

pytestmark = pytest.mark.slow

SLOW = 0.4


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncGenerator[None]:
    yield


@pytest.fixture
def app() -> FastAPI:
    app = create_service_app(VersionInfo(name="demo", version="1"), "Demo", _nothing, 1_000_000)
    limit_clients(app, SLOW, [RateLimit("questions", "POST", re.compile("/ask"), 2)])

    @app.post("/ask")
    async def ask(request: Request) -> int:
        return len(await request.body())

    @app.post("/other")
    async def other(request: Request) -> int:
        return len(await request.body())

    @app.get("/pause")
    async def pause() -> ClosedStreamingResponse:
        async def parts() -> AsyncGenerator[bytes]:
            yield b"begin "
            await asyncio.sleep(3 * SLOW)
            yield b"end"

        return ClosedStreamingResponse(parts())

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * 20_000_000)

    return app


@pytest.fixture
def address(app: FastAPI) -> Generator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=PatientProtocol, log_level="critical", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join()
    listener.close()


def _rest(connection: socket.socket) -> bytes:
    data = b""
    while part := connection.recv(65536):
        data += part
    return data


def test_a_request_in_drops_is_answered_408_and_ended(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.settimeout(10)
        connection.sendall(b"POST /other HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        started = time.monotonic()
        for _ in range(100):
            try:
                connection.sendall(b"x")
            except OSError:
                break
            if time.monotonic() - started > 2 * SLOW:
                break
            time.sleep(0.05)
        answer = _rest(connection)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["detail"] == "the request did not arrive within 0.4 s and 1 s for each 10 kB of it"
    assert json.loads(body)["request_id"].encode() in head


def test_a_request_that_is_steady_has_its_time(address: tuple[str, int]) -> None:
    size = 20 * 2_000
    with socket.create_connection(address) as connection:
        connection.settimeout(10)
        connection.sendall(
            f"POST /other HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        for _ in range(20):
            connection.sendall(b"x" * 2_000)
            time.sleep(SLOW / 10)
        assert _rest(connection).endswith(b"\r\n\r\n40000")


def test_an_answer_may_take_its_time_and_a_large_one_is_taken_whole(address: tuple[str, int]) -> None:
    for path, end in (("/pause", b"end\r\n0\r\n\r\n"), ("/large", b"xxx")):
        with socket.create_connection(address) as connection:
            connection.settimeout(20)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            time.sleep(2 * SLOW)
            assert _rest(connection).endswith(end)


@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_too_much_is_told_the_limit(app: FastAPI, *, chunked: bool) -> None:
    def parts() -> Generator[bytes]:
        for _ in range(11):
            yield b"x" * 100_000

    answer = TestClient(app).post("/other", content=parts() if chunked else b"x" * 1_100_000)

    assert answer.status_code == 413
    assert answer.json()["detail"] == "the request is over the limit of 1000000 bytes"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_who_asks_too_often_is_told_when_to_ask_again(app: FastAPI) -> None:
    client = TestClient(app)

    answers = [client.post("/ask", content=b"x") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["detail"] == "more than 2 questions in a minute; try again in 30 s"
    assert answers[-1].headers["Retry-After"] == "30"
    assert answers[-1].json()["request_id"] == answers[-1].headers["X-Request-ID"]
    assert client.post("/other", content=b"x").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("unix-socket", "testclient", False),
    ],
)
def test_clients_are_told_apart_by_address_and_network(one: str, other: str, is_same: bool) -> None:
    app = FastAPI()

    @app.get("/")
    async def nothing() -> None: ...

    limited = RateLimitMiddleware(app, [RateLimit("questions", "GET", re.compile("/"), 1)])

    assert TestClient(limited, client=(one, 1)).get("/").status_code == 200
    assert TestClient(limited, client=(other, 2)).get("/").status_code == (429 if is_same else 200)


def test_time_gives_a_client_its_requests_back() -> None:
    moment = [0.0]
    app = FastAPI()

    @app.get("/")
    async def nothing() -> None: ...

    limit = RateLimit("questions", "GET", re.compile("/"), 60)
    client = TestClient(RateLimitMiddleware(app, [limit], lambda: moment[0]))

    def allowed() -> int:
        return [client.get("/").status_code for _ in range(70)].count(200)

    assert allowed() == 60
    moment[0] = 5.0
    assert allowed() == 5
    moment[0] = 1000.0
    assert allowed() == 60
