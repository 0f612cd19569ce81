"""Answers as server-sent events (WHATWG HTML, section 9.2): `delta`, `delta`, …, `answer`; or `error` at the end."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import BaseModel, Field

from rag_core_lib.request_id import current_request_id
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.chat import ChatAnswer
from rag_core_lib.wire.status import Problem

MEDIA_TYPE = "text/event-stream"
_logger = logging.getLogger(__name__)


class Delta(BaseModel):
    """Data of the event `delta`."""

    text: str = Field(examples=["The notice period "])


async def event_stream(first: str | ChatAnswer, rest: AsyncGenerator[str | ChatAnswer]) -> AsyncGenerator[str]:
    """Yield the parts of an answer as events; a failure half-way becomes an event `error` with a `Problem`."""
    try:
        async with aclosing(rest):
            yield _event(first)
            async for part in rest:
                yield _event(part)
    except (BackingServiceError, StateUnavailableError) as error:
        _logger.warning("answer broke off", extra={"reason": str(error)})
        yield _format("error", Problem(detail=str(error), request_id=current_request_id()))
    except Exception as error:
        _logger.error("unexpected error", exc_info=error)
        detail = "internal error; the log holds more under the request id"
        yield _format("error", Problem(detail=detail, request_id=current_request_id()))


def _event(part: str | ChatAnswer) -> str:
    return _format("delta", Delta(text=part)) if isinstance(part, str) else _format("answer", part)


def _format(event: str, data: BaseModel) -> str:
    """Return one event; JSON holds no line feed, so its data is one line."""
    return f"event: {event}\ndata: {data.model_dump_json()}\n\n"
