"""Which of several processes works on the documents: all of them answer callers, and one indexes and deletes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from rag_core_lib.state_folder import StateUnavailableError

_logger = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """Another process works on the documents by now; whatever this one was about to change, it must not."""


class Lease(Protocol):
    """The right to work on the documents. The methods that ask a server raise `StateUnavailableError`."""

    renewal_seconds: float
    """Pause between two calls of `take`."""

    @property
    def is_held(self) -> bool:
        """Whether this process may change documents now; asks nobody."""
        ...

    def take(self) -> bool:
        """Take the lease or renew it; tells whether this process holds it."""
        ...

    def release(self) -> None:
        """Let another process take it at once."""
        ...

    def tell(self) -> None:
        """Tell the process that holds the lease that there is work."""
        ...

    async def wait_for_work(self, seconds: float) -> None:
        """Return after some seconds, or earlier when another process told of work."""
        ...


class OnlyProcess:
    """A `Lease` for stores in folders, which let one process in anyway."""

    renewal_seconds = 3600.0
    is_held = True

    def take(self) -> bool:
        """Return at once."""
        return True

    def release(self) -> None:
        """Do nothing: the stores give their folders back when they are closed."""

    def tell(self) -> None:
        """Do nothing: nobody else is there."""

    async def wait_for_work(self, seconds: float) -> None:
        """Return after some seconds."""
        await asyncio.sleep(seconds)


Worker = Callable[[], Coroutine[Any, Any, None]]


async def work_while_held(lease: Lease, workers: list[Worker]) -> None:
    """Run the workers while this process holds the lease, until cancelled; when it is lost they are cancelled."""
    tasks: list[asyncio.Task[None]] = []
    was_waiting = False
    try:
        while True:
            try:
                await asyncio.to_thread(lease.take)
            except StateUnavailableError as error:
                _logger.warning("cannot determine which process works on the documents", extra={"reason": str(error)})
            if lease.is_held and not tasks:
                tasks = [asyncio.create_task(worker()) for worker in workers]
            elif not lease.is_held and tasks:
                _logger.warning("another process may work on the documents: this one stops")
                await _cancelled(tasks)
                tasks = []
            elif not lease.is_held and not was_waiting:
                _logger.info("another process works on the documents")
            was_waiting = not lease.is_held
            await asyncio.sleep(lease.renewal_seconds)
    finally:
        await _cancelled(tasks)
        with suppress(StateUnavailableError):
            await asyncio.to_thread(lease.release)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
