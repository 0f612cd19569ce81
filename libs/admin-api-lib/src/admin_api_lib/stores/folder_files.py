"""Uploads in a folder.

Beside each upload stands what it was uploaded as, so that the status of all documents can be made from the folder
again.
"""

import os
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from pydantic import ValidationError

from admin_api_lib.stores import KEPT_TEXT, StoredUpload
from rag_core_lib.folder_lock import FolderLock
from rag_core_lib.state_folder import StateUnavailableError, make_private, open_state_folder

_NOTE = ".json"
_TEMPORARY = ".upload-"


class FolderFiles:
    """A `FileStore` with a folder for each document and a file for each of its uploads, for one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FolderLock(folder)
        # One thread cleans up, or removes an empty folder, while no other one begins a file there.
        self._folders = threading.Lock()

    def put(self, identification: str, upload: str, data: bytes, about: StoredUpload | None = None) -> None:
        """Store an upload; readers see all of it or nothing."""
        with self._errors("store"):
            folder = self._open() / identification
            self._write(folder / upload, data)
            if about:
                self._write(folder / f"{upload}{_NOTE}", about.model_dump_json().encode())

    def get(self, identification: str, upload: str) -> bytes | None:
        """Return an upload, None when there is none."""
        with self._errors("read"):
            try:
                return (self._folder / identification / upload).read_bytes()
            except FileNotFoundError:
                return None

    def delete(self, identification: str, upload: str) -> None:
        """Delete an upload, and the document's folder with the last one."""
        with self._errors("delete"):
            folder = self._folder / identification
            # What stands beside it last: until then it tells what the upload is.
            for name in (upload, f"{upload}{KEPT_TEXT}", f"{upload}{_NOTE}"):
                (folder / name).unlink(missing_ok=True)
            with self._folders, suppress(OSError):
                folder.rmdir()

    def stored(self) -> list[StoredUpload]:
        """Return all uploads, the oldest first; of those of an earlier version only the identification is known."""
        if not self._folder.exists():
            return []
        with self._errors("look for"):
            found = [self._about(file) for file in self._open().glob("*/*") if file.is_file() and "." not in file.name]
        return sorted(found, key=lambda upload: upload.accepted)

    def check(self) -> None:
        """Open the folder, and see that it has room."""
        with self._errors("store"):
            if shutil.disk_usage(self._open()).free == 0:
                raise StateUnavailableError(f"the disk of {self._folder} is full")

    def close(self) -> None:
        """Let another process use the folder."""
        self._lock.close()

    def _open(self) -> Path:
        with self._folders:
            open_state_folder(self._folder)
            if not self._lock.is_held:
                self._lock.acquire()
                make_private(self._folder)
                for remains in self._folder.glob(f"*/{_TEMPORARY}*"):
                    remains.unlink(missing_ok=True)
        return self._folder

    def _about(self, file: Path) -> StoredUpload:
        with suppress(OSError, ValidationError):
            return StoredUpload.model_validate_json(file.with_name(f"{file.name}{_NOTE}").read_bytes())
        return StoredUpload.unnoted(file.parent.name, file.name, file.stat().st_mtime)

    def _write(self, file: Path, data: bytes) -> None:
        with self._folders:
            descriptor, name = mkstemp(dir=open_state_folder(file.parent), prefix=_TEMPORARY)
        with os.fdopen(descriptor, "wb") as opened:
            temporary = Path(name)
            try:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
                temporary.replace(file)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise

    @contextmanager
    def _errors(self, what: str) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise StateUnavailableError(f"cannot {what} a file in {self._folder}: {error.strerror}") from error
