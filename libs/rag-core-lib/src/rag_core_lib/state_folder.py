"""The folder a service keeps its state in, opened on first use and not at start."""

import os
from pathlib import Path


class StateUnavailableError(Exception):
    """State that a request needs cannot be reached now; `str` of it may be shown to the caller."""


def open_state_folder(folder: Path) -> Path:
    """Return `folder` after making it and its parents, when missing.

    Raises `StateUnavailableError`, with the operating system's reason, for a folder that cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnavailableError(f"cannot make the state folder {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StateUnavailableError(f"cannot write the state folder {folder}: permission denied")
    return folder
