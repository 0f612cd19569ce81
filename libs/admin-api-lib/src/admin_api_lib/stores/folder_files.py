"""Uploads in a folder."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from rag_core_lib.state_folder import StateUnavailableError, open_state_folder


class FolderFiles:
    """A `FileStore` with a folder for each document and a file for each of its uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, identification: str, upload: str, data: bytes) -> None:
        """Store an upload; readers see all of it or nothing."""
        with self._errors("store"):
            folder = open_state_folder(open_state_folder(self._folder) / identification)
            with NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as file:
                temporary = Path(file.name)
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    temporary.replace(folder / upload)
                except OSError:
                    temporary.unlink(missing_ok=True)
                    raise

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
            (folder / upload).unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()

    def check(self) -> None:
        """Open the folder."""
        open_state_folder(self._folder)

    @contextmanager
    def _errors(self, what: str) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise StateUnavailableError(f"cannot {what} a file in {self._folder}: {error.strerror}") from error
