"""The status of all documents, in SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from admin_api_lib.models import DocumentState, DocumentStatus
from rag_core_lib.state_folder import StateUnavailableError, open_state_folder

_FILE = "status.sqlite"
_SCHEMA = """
create table if not exists document (
    identification text primary key,
    file_name text not null,
    state text not null,
    reason text,
    pieces integer not null,
    changed text not null
) strict
"""
_INTERRUPTED = "update document set state = 'error', reason = ?, changed = ? where state = 'processing'"
_UPSERT = """
insert into document (identification, file_name, state, reason, pieces, changed) values (?, ?, ?, ?, ?, ?)
on conflict (identification) do update set
    file_name = excluded.file_name, state = excluded.state, reason = excluded.reason, pieces = excluded.pieces,
    changed = excluded.changed
"""
_COLUMNS = "identification, file_name, state, reason, pieces, changed"


class StatusStore:
    """Every method raises `StateUnavailableError` when the folder or the database in it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._is_prepared = False

    def put(self, status: DocumentStatus) -> None:
        """Store `status` in place of the document's last one."""
        values = tuple(status.model_dump(mode="json").values())
        with self._database() as database:
            database.execute(_UPSERT, values)

    def get(self, identification: str) -> DocumentStatus | None:
        """Return the status of one document, None when it is not known."""
        with self._database() as database:
            row = database.execute(f"select {_COLUMNS} from document where identification = ?", (identification,))  # noqa: S608
            found = row.fetchone()
        return _status(found) if found else None

    def all(self) -> list[DocumentStatus]:
        """Return the status of all documents, ordered by identification."""
        with self._database() as database:
            rows = database.execute(f"select {_COLUMNS} from document order by identification").fetchall()  # noqa: S608
        return [_status(row) for row in rows]

    def delete(self, identification: str) -> None:
        """Forget the document; an unknown one is not an error."""
        with self._database() as database:
            database.execute("delete from document where identification = ?", (identification,))

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        file = open_state_folder(self._folder) / _FILE
        try:
            with self._lock, closing(sqlite3.connect(file)) as database, database:
                if not self._is_prepared:
                    self._prepare(database)
                yield database
        except sqlite3.Error as error:
            raise StateUnavailableError(f"cannot use {file}: {error}") from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        """Make the table; what a process that ended was working on is an error now, which an upload mends."""
        database.execute(_SCHEMA)
        now = datetime.now(UTC).isoformat()
        database.execute(_INTERRUPTED, ("the service ended while it worked on this document; upload it again", now))
        self._is_prepared = True


def _status(row: tuple[str, str, str, str | None, int, str]) -> DocumentStatus:
    identification, file_name, state, reason, pieces, changed = row
    return DocumentStatus(
        identification=identification,
        file_name=file_name,
        state=DocumentState(state),
        reason=reason,
        pieces=pieces,
        changed=datetime.fromisoformat(changed),
    )
