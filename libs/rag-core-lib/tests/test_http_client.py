import asyncio
from collections.abc import Callable

import httpx
import pytest

from rag_core_lib.http_client import RetryingTransport, create_client
from rag_core_lib.settings import RetrySettings

Answer = httpx.Response | httpx.TransportError
SETTINGS = RetrySettings(retries=2, backoff_seconds=0.1, backoff_limit_seconds=3)


class Server:
    """Gives its answers one after the other and counts the attempts."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def request(self, method: str, *, idempotent: bool = False) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = RetryingTransport(httpx.MockTransport(self), SETTINGS, self.pause)
            async with httpx.AsyncClient(transport=transport, base_url="http://other") as client:
                extensions = {"idempotent": True} if idempotent else {}
                return await client.request(method, "/", content=b"body", extensions=extensions)

        return asyncio.run(call())


def _lost() -> httpx.TransportError:
    return httpx.ReadError("connection lost")


@pytest.mark.parametrize(
    ("method", "first"),
    [
        ("POST", lambda: httpx.Response(503)),
        ("POST", lambda: httpx.Response(429)),
        ("POST", lambda: httpx.ConnectError("refused")),
        ("GET", lambda: httpx.Response(502)),
        ("DELETE", _lost),
    ],
)
def test_what_was_not_processed_is_sent_again_with_its_body(method: str, first: Callable[[], Answer]) -> None:
    server = Server(first(), httpx.Response(200))

    assert server.request(method).status_code == 200
    assert server.bodies == [b"body", b"body"]


@pytest.mark.parametrize("status", [200, 404, 422, 500, 502])
def test_a_post_is_not_sent_again_after_an_answer_that_may_have_had_an_effect(status: int) -> None:
    server = Server(httpx.Response(status))

    assert server.request("POST").status_code == status
    assert len(server.bodies) == 1


def test_a_post_that_lost_its_connection_is_sent_again_only_when_marked_idempotent() -> None:
    with pytest.raises(httpx.ReadError):
        Server(_lost()).request("POST")

    assert Server(_lost(), httpx.Response(200)).request("POST", idempotent=True).status_code == 200


def test_the_last_answer_is_returned_when_the_retries_are_used_up() -> None:
    server = Server(*(httpx.Response(503) for _ in range(3)))

    assert server.request("GET").status_code == 503
    assert len(server.bodies) == 3


def test_the_last_error_is_raised_when_the_retries_are_used_up() -> None:
    with pytest.raises(httpx.ConnectError, match="third"):
        Server(httpx.ConnectError("1"), httpx.ConnectError("2"), httpx.ConnectError("third")).request("GET")


def test_pauses_grow_and_a_servers_wish_is_heard_up_to_the_limit() -> None:
    growing = Server(httpx.Response(503), httpx.Response(503), httpx.Response(200))
    growing.request("GET")
    asked = Server(httpx.Response(503, headers={"Retry-After": "60"}), httpx.Response(200))
    asked.request("GET")

    assert 0.075 <= growing.pauses[0] <= 0.125 < growing.pauses[1] <= 0.25
    assert asked.pauses == [3]


def test_a_client_carries_the_request_id(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("X-Request-ID"))
        return httpx.Response(200)

    async def call() -> None:
        async with create_client("http://other", SETTINGS, httpx.MockTransport(answer)) as client:
            await client.get("/")
            monkeypatch.setattr("rag_core_lib.http_client.current_request_id", lambda: "abc-3")
            await client.get("/")

    asyncio.run(call())

    assert seen == [None, "abc-3"]
