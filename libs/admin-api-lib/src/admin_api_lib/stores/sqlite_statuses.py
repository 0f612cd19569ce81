"""The status of documents in SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from admin_api_lib.models import Document
from admin_api_lib.stores import Change
from rag_core_lib.state_folder import StateUnavailableError, open_state_folder

_FILE = "status.sqlite"
_SCHEMA = "create table if not exists documents (identification text primary key, record text not null) strict"
_UPSERT = """
insert into documents (identification, record) values (?, ?)
on conflict (identification) do update set record = excluded.record
"""


class SqliteStatuses:
    """A `StatusStore` in a folder, for one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()

    def get(self, identification: str) -> Document | None:
        """Return one document."""
        with self._database() as database:
            return _get(database, identification)

    def all(self) -> list[Document]:
        """Return all documents."""
        with self._database() as database:
            rows = database.execute("select record from documents order by identification").fetchall()
        return [Document.model_validate_json(row[0]) for row in rows]

    def unfinished(self) -> list[Document]:
        """Return the documents that work goes on for."""
        if not (self._folder / _FILE).exists():
            return []
        return [document for document in self.all() if document.is_unfinished()]

    def change(self, identification: str, change: Change) -> Document | None:
        """Change a document in one step."""
        with self._database() as database:
            changed = change(_get(database, identification))
            if changed is None:
                database.execute("delete from documents where identification = ?", (identification,))
            else:
                database.execute(_UPSERT, (identification, changed.model_dump_json()))
        return changed

    def check(self) -> None:
        """Open the database."""
        with self._database() as database:
            database.execute("select count(*) from documents")

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


def _get(database: sqlite3.Connection, identification: str) -> Document | None:
    row = database.execute("select record from documents where identification = ?", (identification,)).fetchone()
    return Document.model_validate_json(row[0]) if row else None
