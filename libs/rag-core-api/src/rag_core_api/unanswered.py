"""Tells admin-backend which questions the documents had no answer to; no answer waits for that."""

import asyncio
import logging

import httpx

from rag_core_lib.http_client import create_client
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.feedback import FeedbackKind, FeedbackReport

_RETRIES = RetrySettings(timeout_seconds=5.0, retries=2)
_MOST_WAITING = 100
"""Reports on their way; of more, the newest are dropped, since admin-backend is away."""
_logger = logging.getLogger(__name__)


class Unanswered:
    """Reports to the service at `url`, or to nobody."""

    def __init__(self, url: str | None, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._client = create_client(url, _RETRIES, transport) if url else None
        self._tasks: set[asyncio.Task[None]] = set()

    def report(self, question: str, session: str) -> None:
        """Begin to report a question."""
        if self._client is None or len(self._tasks) >= _MOST_WAITING:
            return
        report = FeedbackReport(kind=FeedbackKind.UNANSWERED, question=question, session=session)
        task = asyncio.create_task(self._send(self._client, report))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Give up what is on its way, and close the connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _send(self, client: httpx.AsyncClient, report: FeedbackReport) -> None:
        try:
            response = await client.post("/feedback", json=report.model_dump(mode="json"))
            reason = f"answered {response.status_code}" if response.is_error else None
        except httpx.HTTPError as error:
            reason = f"cannot be reached: {type(error).__name__}"
        if reason:
            _logger.warning("an unanswered question is not listed", extra={"reason": f"admin-backend {reason}"})
