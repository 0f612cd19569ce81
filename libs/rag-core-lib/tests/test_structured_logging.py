import json
import logging
from collections.abc import Generator

import pytest

from rag_core_lib.structured_logging import JsonFormatter, configure_logging


@pytest.fixture(autouse=True)
def _as_it_was() -> Generator[None]:  # pyright: ignore[reportUnusedFunction] (pytest uses it)
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "uvicorn.access", "httpx")]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate, logger.disabled) for logger in loggers]
    yield
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
