"""The uploaded files, in a folder."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from rag_core_lib.state_folder import StateUnavailableError, open_state_folder


class FileStore:
    """One file for each document, named by its identification."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, identification: str, data: bytes) -> None:
        """Store `data` in place of the document's last file; readers see the old one or the new one, never a part.

        Raises `StateUnavailableError` when the folder cannot be written.
        """
        folder = open_state_folder(self._folder)
        try:
            with NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as file:
                temporary = Path(file.name)
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    temporary.replace(folder / identification)
                except OSError:
                    temporary.unlink(missing_ok=True)
                    raise
        except OSError as error:
            raise StateUnavailableError(f"cannot store the file in {folder}: {error.strerror}") from error

    def delete(self, identification: str) -> None:
        """Delete the document's file; none is not an error. Raises `StateUnavailableError`."""
        file = open_state_folder(self._folder) / identification
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise StateUnavailableError(f"cannot delete {file}: {error.strerror}") from error
