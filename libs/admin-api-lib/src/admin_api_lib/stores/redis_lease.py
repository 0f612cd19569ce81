"""The lease on the documents in a server that speaks Redis' protocol: a key that expires, renewed by its holder."""

import asyncio
import logging
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import redis

from rag_core_lib.state_folder import StateUnavailableError

_SECONDS = 15.0
_TIMEOUT_SECONDS = 3
_LOOK_SECONDS = 0.25
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_logger = logging.getLogger(__name__)


class RedisLease:
    """A `Lease` in the key `KEY:worker`, with a count of what others told in `KEY:work`.

    A holder that does not renew stops a while before the server lets another one in: it trusts its own clock for two
    thirds of the time, counted from before it asked.
    """

    def __init__(self, url: str, key: str, seconds: float = _SECONDS) -> None:
        """Connect to `url` on first use; another process takes over `seconds` after the holder's last renewal."""
        parts = urlsplit(url)
        self._where = f"Redis at {parts.hostname}:{parts.port or 6379}"
        self._worker, self._work = f"{key}:worker", f"{key}:work"
        self._seconds = seconds
        self._own = uuid.uuid4().hex
        self._until = 0.0
        self._seen: str | None = "nothing yet"
        self._client: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self.renewal_seconds = seconds / 6

    @property
    def is_held(self) -> bool:
        """Whether the last renewal is recent enough."""
        return time.monotonic() < self._until

    def take(self) -> bool:
        """Take the lease or renew it."""
        asked = time.monotonic()
        with self._errors():
            is_own = bool(self._client.eval(_RENEW, 1, self._worker, self._own, int(self._seconds * 1000)))
        self._until = asked + self._seconds * 2 / 3 if is_own else 0.0
        return is_own

    def release(self) -> None:
        """Delete the key, if it is this process's."""
        self._until = 0.0
        with self._errors():
            self._client.eval(_RELEASE, 1, self._worker, self._own)

    def tell(self) -> None:
        """Count one more."""
        with self._errors():
            self._client.incr(self._work)

    async def wait_for_work(self, seconds: float) -> None:
        """Look at the count several times a second; what was told since the last return is not missed."""
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                before, self._seen = self._seen, await asyncio.to_thread(self._told)
                if self._seen != before:
                    return
                await asyncio.sleep(min(left, _LOOK_SECONDS))
        except StateUnavailableError as error:
            _logger.warning("cannot determine whether there is work", extra={"reason": str(error)})
            await asyncio.sleep(max(end - time.monotonic(), 0))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _told(self) -> str | None:
        with self._errors():
            return self._client.get(self._work)

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise StateUnavailableError(f"{self._where} cannot be used: {error}") from error
