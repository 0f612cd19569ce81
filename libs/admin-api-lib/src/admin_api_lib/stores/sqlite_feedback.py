"""Feedback in SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from admin_api_lib.feedback import Feedback, identification_of, kept
from rag_core_lib.state_folder import StateUnavailableError, open_state_folder
from rag_core_lib.wire.feedback import FeedbackReport

_FILE = "feedback.sqlite"
_SCHEMA = """
create table if not exists feedback (
  identification text primary key, changed text not null, record text not null
) strict
"""
_UPSERT = """
insert into feedback (identification, changed, record) values (?, ?, ?)
on conflict (identification) do update set changed = excluded.changed, record = excluded.record
"""
_TRIM = """
delete from feedback where identification in (
  select identification from feedback order by changed desc limit -1 offset ?
)
"""


class SqliteFeedback:
    """A `FeedbackStore` in a folder, for one process."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._lock = Lock()

    def add(self, report: FeedbackReport) -> Feedback:
        """Keep a report; the oldest go when there are too many."""
        identification = identification_of(report)
        with self._database() as database:
            row = database.execute("select record from feedback where identification = ?", (identification,)).fetchone()
            new = kept(report, Feedback.model_validate_json(row[0]) if row else None)
            database.execute(_UPSERT, (identification, new.changed.isoformat(), new.model_dump_json()))
            database.execute(_TRIM, (self._most,))
        return new

    def all(self) -> list[Feedback]:
        """Return all reports."""
        with self._database() as database:
            rows = database.execute("select record from feedback").fetchall()
        return [Feedback.model_validate_json(row[0]) for row in rows]

    def delete(self, identification: str) -> bool:
        """Delete a report."""
        with self._database() as database:
            return database.execute("delete from feedback where identification = ?", (identification,)).rowcount > 0

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        file = open_state_folder(self._folder) / _FILE
        try:
            with self._lock, closing(sqlite3.connect(file)) as database, database:
                database.execute(_SCHEMA)
                database.execute("begin immediate")
                yield database
        except sqlite3.Error as error:
            raise StateUnavailableError(f"cannot use {file}: {error}") from error
