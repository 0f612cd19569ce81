"""The status of documents in SQLite.

A database that is damaged is found when it is opened, moved aside, and made again from the uploads that are stored.
"""

import logging
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from admin_api_lib.models import Document
from admin_api_lib.stores import Change
from rag_core_lib.folder_lock import FolderLock
from rag_core_lib.state_folder import StateUnavailableError, open_state_file, open_state_folder

_FILE = "status.sqlite"
_SCHEMA = """
create table if not exists documents (identification text primary key, record text not null, digest text) strict
"""
_UPSERT = """
insert into documents (identification, record, digest) values (?, ?, ?)
on conflict (identification) do update set record = excluded.record, digest = excluded.digest
"""
_logger = logging.getLogger(__name__)

Restore = Callable[[], list[Document]]


class SqliteStatuses:
    """A `StatusStore` in a folder, for one process; `restore` makes the documents of a lost database again."""

    def __init__(self, folder: Path, restore: Restore | None = None) -> None:
        self._folder = folder
        self._restore = restore
        self._lock = Lock()
        self._of_one_process = FolderLock(folder)

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
        if not self._folder.exists():
            return []
        return [document for document in self.all() if document.is_unfinished()]

    def change(self, identification: str, change: Change) -> Document | None:
        """Change a document in one step."""
        with self._database() as database:
            changed = change(_get(database, identification))
            if changed is None:
                database.execute("delete from documents where identification = ?", (identification,))
            else:
                _put(database, changed)
        return changed

    def check(self) -> None:
        """Open the database."""
        with self._database() as database:
            database.execute("select count(*) from documents")

    def close(self) -> None:
        """Let another process use the folder."""
        with self._lock:
            self._of_one_process.close()

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        file = open_state_folder(self._folder) / _FILE
        try:
            with self._lock:
                if not self._of_one_process.is_held:
                    self._take_over(file)
                with closing(sqlite3.connect(file)) as database, database:
                    database.execute("begin immediate")
                    yield database
        except OSError as error:
            raise StateUnavailableError(f"cannot use {file}: {error.strerror}") from error
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.OperationalError):
                # The next use looks for damage.
                with self._lock:
                    self._of_one_process.release()
            raise StateUnavailableError(f"cannot use {file}: {error}") from error

    def _take_over(self, file: Path) -> None:
        """Take the lock; then see that the database is whole, or make it again."""
        self._of_one_process.acquire()
        try:
            is_new = not file.exists() or not file.stat().st_size
            damage = None if is_new else _damage(file)
            if damage:
                if self._restore is None:
                    raise StateUnavailableError(f"{file} is damaged: {damage}")
                aside = file.with_name(f"{_FILE}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
                _logger.error("the status is damaged", extra={"reason": damage, "moved_to": str(aside)})
                for journal in ("-journal", "-wal", "-shm"):
                    file.with_name(f"{_FILE}{journal}").unlink(missing_ok=True)
                file.replace(aside)
            open_state_file(file)
            restored = self._restore() if self._restore and (is_new or damage) else []
            # In one step: a process that dies before its end leaves a database that is empty, and made again.
            with closing(sqlite3.connect(file, isolation_level=None)) as database:
                database.execute("begin immediate")
                _prepare(database)
                for document in restored:
                    _put(database, document)
                database.execute("commit")
            if restored:
                _logger.warning("status made again from the stored uploads", extra={"documents": len(restored)})
        except BaseException:
            self._of_one_process.release()
            raise


def _prepare(database: sqlite3.Connection) -> None:
    database.execute(_SCHEMA)
    if "digest" not in {column[1] for column in database.execute("pragma table_info(documents)")}:
        database.execute("alter table documents add column digest text")


def _damage(file: Path) -> str | None:  # noqa: PLR0911 (each thing that may be wrong has its own words)
    """Return what is damaged in a database; None when nothing is. Raises `sqlite3.OperationalError`."""
    try:
        with closing(sqlite3.connect(file)) as database:
            (said,) = database.execute("pragma integrity_check(1)").fetchone()
            if said != "ok":
                return str(said)
            tables = {name for (name,) in database.execute("select name from sqlite_schema where type = 'table'")}
            if "documents" not in tables:
                return "it holds no documents"
            columns = {column[1] for column in database.execute("pragma table_info(documents)")}
            wanted = "identification, record, digest" if "digest" in columns else "identification, record, null"
            for identification, record, digest in database.execute(f"select {wanted} from documents"):  # noqa: S608
                known = Document.model_validate_json(record)
                if known.identification != identification or digest not in {None, _digest(record)}:
                    return f"the record of {identification} is not what was stored"
    except ValidationError as error:
        return f"a record does not have the form it was stored in: {error.error_count()} faults"
    except sqlite3.OperationalError as error:
        if "malformed" in str(error) or "no such column" in str(error):
            return str(error)
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)
    return None


def _put(database: sqlite3.Connection, document: Document) -> None:
    record = document.model_dump_json()
    database.execute(_UPSERT, (document.identification, record, _digest(record)))


def _digest(record: str) -> str:
    return blake2b(record.encode(), digest_size=12).hexdigest()


def _get(database: sqlite3.Connection, identification: str) -> Document | None:
    row = database.execute("select record from documents where identification = ?", (identification,)).fetchone()
    return Document.model_validate_json(row[0]) if row else None
