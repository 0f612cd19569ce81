"""The folder a service keeps its state in: opened on first use and not at start, by its owner alone.

What is kept is what people uploaded, so folders are made with mode 0700 and files with 0600, whatever the umask; looser
ones of an earlier version are tightened when they are opened.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_OF_OTHERS = 0o077


class StateUnavailableError(Exception):
    """State that a request needs cannot be reached now; `str` of it may be shown to the caller."""


def open_state_folder(folder: Path) -> Path:
    """Return `folder` after making it and its parents, when missing.

    Raises `StateUnavailableError`, with the operating system's reason, for a folder that cannot be made or written.
    """
    try:
        _make(folder)
    except OSError as error:
        raise StateUnavailableError(f"cannot make the state folder {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StateUnavailableError(f"cannot write the state folder {folder}: permission denied")
    _tighten(folder)
    return folder


def open_state_file(file: Path) -> Path:
    """Return `file` after making it, when missing: its owner alone can read it. Raises `OSError`."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE))
    _tighten(file)
    return file


def make_private(tree: Path) -> None:
    """Take every right of others away from `tree` and all below it; what is not ours stays as it is.

    Raises `StateUnavailableError` for what can be neither read nor written, with its path.
    """
    for folder, _, files in os.walk(tree, onerror=_refuse):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            _tighten(path)
            if not os.access(path, os.R_OK | os.W_OK):
                raise StateUnavailableError(f"cannot use {path}: permission denied")


def _make(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(_FOLDER_MODE, exist_ok=True)
    if not missing:
        folder.mkdir(exist_ok=True)


def _tighten(path: Path) -> None:
    # The root of a mounted volume often belongs to somebody else, who alone can change it.
    with suppress(PermissionError, FileNotFoundError):
        now = stat.S_IMODE(path.stat().st_mode)
        # A folder such as /tmp is everybody's on purpose.
        if now & _OF_OTHERS and not now & stat.S_ISVTX:
            path.chmod(now & ~_OF_OTHERS)


def _refuse(error: OSError) -> None:
    raise StateUnavailableError(f"cannot use {error.filename}: {error.strerror}") from error
