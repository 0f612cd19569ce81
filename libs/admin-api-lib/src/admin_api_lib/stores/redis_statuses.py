"""The status of documents in a server that speaks Redis' protocol: one hash, a field for each document."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import redis

from admin_api_lib.models import Document
from admin_api_lib.stores import Change
from rag_core_lib.state_folder import StateUnavailableError

_TIMEOUT_SECONDS = 5
_TRIES = 50


class RedisStatuses:
    """A `StatusStore` in the hash `KEY`; the server is connected to on first use."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self._where = f"Redis at {parts.hostname}:{parts.port or 6379}"
        self._key = key
        self._client: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, decode_responses=True, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )

    def get(self, identification: str) -> Document | None:
        """Return one document."""
        with self._errors():
            return _document(self._client.hget(self._key, identification))

    def all(self) -> list[Document]:
        """Return all documents."""
        with self._errors():
            records = self._client.hgetall(self._key)
        return [Document.model_validate_json(records[key]) for key in sorted(records)]

    def unfinished(self) -> list[Document]:
        """Return the documents that work goes on for."""
        return [document for document in self.all() if document.is_unfinished()]

    def change(self, identification: str, change: Change) -> Document | None:
        """Change a document in one step, tried again when another change came between."""
        with self._errors(), self._client.pipeline() as pipeline:
            for _ in range(_TRIES):
                pipeline.watch(self._key)
                changed = change(_document(pipeline.hget(self._key, identification)))
                pipeline.multi()
                if changed is None:
                    pipeline.hdel(self._key, identification)
                else:
                    pipeline.hset(self._key, identification, changed.model_dump_json())
                try:
                    pipeline.execute()
                except redis.WatchError:
                    continue
                return changed
        raise StateUnavailableError(f"{self._where} is changed by too many at once")

    def check(self) -> None:
        """Ask the server whether it is there."""
        with self._errors():
            self._client.ping()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise StateUnavailableError(f"{self._where} cannot be used: {error}") from error


def _document(record: str | None) -> Document | None:
    return Document.model_validate_json(record) if record else None
