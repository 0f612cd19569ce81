"""What is found at an address, as lines of JSON (https://jsonlines.org): how far it is read, then the answer.

A sitemap of hundreds of pages takes minutes, and whoever waits for it wants to see that it goes on.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable

from pydantic import BaseModel, Field

from extractor_api_lib.errors import STATUS_OF, ExtractionError
from extractor_api_lib.models import ExtractionAnswer
from rag_core_lib.request_id import current_request_id
from rag_core_lib.wire.extraction import PagesRead

MEDIA_TYPE = "application/jsonl"
Told = Callable[[PagesRead], None]
_logger = logging.getLogger(__name__)


class Failure(BaseModel):
    """What an error would be answered with, had the answer not begun."""

    status: int = Field(examples=[422])
    detail: str
    request_id: str | None = None


class Line(BaseModel):
    """One of the three: `pages` in any number, and at the end `answer` or `failure`."""

    pages: PagesRead | None = None
    answer: ExtractionAnswer | None = None
    failure: Failure | None = None


async def lines(work: Callable[[Told], Awaitable[ExtractionAnswer]]) -> AsyncGenerator[Line]:
    """Yield the newest progress of `work` whenever there is some, then how it ended; closing it cancels `work`.

    What fails before there was any progress is raised.
    """
    newest: list[PagesRead] = []
    is_new = asyncio.Event()

    def told(pages: PagesRead) -> None:
        newest[:] = [pages]
        is_new.set()

    async def working() -> ExtractionAnswer:
        return await work(told)

    task = asyncio.create_task(working())
    task.add_done_callback(lambda _: is_new.set())
    has_begun = False
    try:
        while not task.done():
            await is_new.wait()
            is_new.clear()
            if newest:
                yield Line(pages=newest.pop())
                has_begun = True
        yield await _end(task, has_begun=has_begun)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _end(task: asyncio.Task[ExtractionAnswer], *, has_begun: bool) -> Line:
    try:
        return Line(answer=await task)
    except Exception as error:
        if not has_begun:
            raise
        if isinstance(error, ExtractionError):
            return Line(failure=_failure(STATUS_OF[type(error)], str(error)))
        _logger.error("unexpected error", exc_info=error)
        return Line(failure=_failure(500, "internal error; the log holds more under the request id"))


def _failure(status: int, detail: str) -> Failure:
    return Failure(status=status, detail=detail, request_id=current_request_id())
