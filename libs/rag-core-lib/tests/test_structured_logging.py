import asyncio
import json
import logging
import socket
from collections.abc import Generator

import pytest
import uvicorn

from rag_core_lib.request_id import Receive, Scope, Send
from rag_core_lib.structured_logging import JsonFormatter, configure_logging


@pytest.fixture(autouse=True)
def _as_it_was() -> Generator[None]:  # pyright: ignore[reportUnusedFunction] (pytest uses it)
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "uvicorn.access", "httpx")]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate, logger.disabled) for logger in loggers]
    # Other tests run servers that are to be silent.
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    yield
    logging.getLogger("uvicorn.error").filters.clear()
    for logger, handlers, level, propagate, disabled in before:
        logger.handlers, logger.propagate, logger.disabled = handlers, propagate, disabled
        logger.setLevel(level)


def test_every_line_is_json_with_the_fields_of_the_other_services(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("demo", "INFO")

    logging.getLogger("extractor").info("read %d pages", 3, extra={"file_name": "a.pdf"})
    logging.getLogger("uvicorn.access").info("GET /healthz")
    logging.getLogger("extractor").debug("not asked for")

    (first,) = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert {key: first[key] for key in ("level", "service", "logger", "message", "file_name")} == {
        "level": "INFO",
        "service": "demo",
        "logger": "extractor",
        "message": "read 3 pages",
        "file_name": "a.pdf",
    }
    assert first["time"].endswith("+00:00")


def test_an_exception_and_a_line_break_stay_in_one_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "a\nb", None, (ValueError, error, error.__traceback__))

    line = JsonFormatter("demo").format(record)

    assert "\n" not in line
    assert "ValueError: two\nlines" in json.loads(line)["exception"]


@pytest.mark.parametrize(("in_flight", "errors"), [(0, []), (1, ["Cancel 1 running task(s)"])])
def test_only_requests_that_are_cut_are_an_error_when_a_service_stops(
    in_flight: int, errors: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async def never_done(_scope: Scope, _receive: Receive, _send: Send) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async def serve_and_stop() -> None:
        server = uvicorn.Server(
            uvicorn.Config(never_done, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=0)
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        with socket.socket() as client:
            if in_flight:
                client.connect(server.servers[0].sockets[0].getsockname())
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                await arrived.wait()
            server.should_exit = True
            await asyncio.wait_for(serving, 5)

    arrived = asyncio.Event()
    configure_logging("demo", "INFO")
    asyncio.run(serve_and_stop())

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"].split(",")[0] for line in lines if line["level"] == "ERROR"][:1] == errors
