import asyncio
import json
import logging
from typing import Any

import pytest

from rag_core_lib.request_id import Message, RequestIdMiddleware, Scope, current_request_id
from rag_core_lib.structured_logging import JsonFormatter


def _serve(headers: list[tuple[bytes, bytes]]) -> tuple[str | None, dict[bytes, bytes]]:
    """Return the id that the application saw and the headers of its response."""
    seen: list[str | None] = []
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI)
        seen.append(current_request_id())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": headers}
    asyncio.run(RequestIdMiddleware(app)(scope, receive, send))
    return seen[0], dict(sent[0]["headers"])


def test_the_callers_id_is_taken_over_and_returned() -> None:
    seen, headers = _serve([(b"x-request-id", b"abc-1")])

    assert seen == "abc-1"
    assert headers[b"x-request-id"] == b"abc-1"


@pytest.mark.parametrize("bad", [b"", b"two words", b"a\r\nb", b"x" * 65, b"\xff"])
def test_an_id_that_could_do_harm_is_replaced(bad: bytes) -> None:
    seen, headers = _serve([(b"x-request-id", bad)])

    assert seen is not None
    assert len(seen) == 32
    assert headers[b"x-request-id"] == seen.encode()


def test_two_requests_have_two_ids_and_none_is_left_behind() -> None:
    assert _serve([])[0] != _serve([])[0]
    assert current_request_id() is None


def test_the_access_line_is_json_with_the_id_and_the_status(caplog: pytest.LogCaptureFixture) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonFormatter("demo").format(record))
    logger = logging.getLogger("rag_core_lib.request_id")
    logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO):
            _serve([(b"x-request-id", b"abc-2")])
    finally:
        logger.removeHandler(handler)

    line = json.loads(lines[0])
    assert {key: line[key] for key in ("service", "request_id", "path", "status")} == {
        "service": "demo",
        "request_id": "abc-2",
        "path": "/x",
        "status": 204,
    }


def test_an_exception_is_part_of_the_one_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "it %s", ("fails",), (type(error), error, None))

    text = JsonFormatter("demo").format(record)

    assert "\n" not in text
    assert json.loads(text)["message"] == "it fails"
    assert "ValueError: broken" in json.loads(text)["exception"]
