"""Feedback in a server that speaks Redis' protocol: a hash of reports, and their order by time beside it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import redis

from admin_api_lib.feedback import Feedback, identification_of, kept
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.feedback import FeedbackReport

_TIMEOUT_SECONDS = 5


class RedisFeedback:
    """A `FeedbackStore` in the hash `KEY` and the sorted set `KEY:times`."""

    def __init__(self, url: str, key: str, most: int) -> None:
        parts = urlsplit(url)
        self._where = f"Redis at {parts.hostname}:{parts.port or 6379}"
        self._key = key
        self._most = most
        self._client: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )

    def add(self, report: FeedbackReport) -> Feedback:
        """Keep a report; the oldest go when there are too many."""
        identification = identification_of(report)
        with self._errors():
            record = self._client.hget(self._key, identification)
            new = kept(report, Feedback.model_validate_json(record) if record else None)
            with self._client.pipeline() as pipeline:
                pipeline.hset(self._key, identification, new.model_dump_json())
                pipeline.zadd(f"{self._key}:times", {identification: new.changed.timestamp()})
                pipeline.execute()
            oldest = self._client.zrange(f"{self._key}:times", 0, -self._most - 1)
            if oldest:
                self._drop(*oldest)
        return new

    def all(self) -> list[Feedback]:
        """Return all reports."""
        with self._errors():
            return [Feedback.model_validate_json(record) for record in self._client.hvals(self._key)]

    def delete(self, identification: str) -> bool:
        """Delete a report."""
        with self._errors():
            return self._drop(identification) > 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _drop(self, *identifications: str) -> int:
        with self._client.pipeline() as pipeline:
            pipeline.hdel(self._key, *identifications)
            pipeline.zrem(f"{self._key}:times", *identifications)
            return pipeline.execute()[0]

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise StateUnavailableError(f"{self._where} cannot be used: {error}") from error
