"""Structured logging: one JSON object a line on standard error, with the request id in it."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from rag_core_lib.request_id import current_request_id
from rag_core_lib.settings import LogLevel
from rag_core_lib.tracing import current_trace_id

_STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON: time (RFC 3339, UTC), level, service, logger, message, then its extras."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`; an extra that JSON cannot hold is written as its `str`."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        if trace_id := current_trace_id():
            line["trace_id"] = trace_id
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD_ATTRIBUTES})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _is_no_cancelling_of_nothing(record: logging.LogRecord) -> bool:
    """Tell whether `record` is anything but uvicorn's error that it cancels no request.

    It logs that at every stop where requests in flight are given no time, as in the images.
    """
    return not (record.msg == "Cancel %s running task(s), timeout graceful shutdown exceeded" and record.args == (0,))


def configure_logging(service: str, level: LogLevel) -> None:
    """Send all logging of this process through one `JsonFormatter`.

    uvicorn's own handlers are taken away, and its access log is off: `RequestIdMiddleware` writes a better line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancelling_of_nothing)
    # httpx logs every call at INFO, with the whole URL.
    logging.getLogger("httpx").setLevel(logging.WARNING)
