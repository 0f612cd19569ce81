"""An exclusive lock on a folder, so that one process alone uses what is kept there.

The lock is the kernel's (`flock`) on a file in the folder. It ends with the process, however that ends, so none is ever
left behind; and it is taken before anything else in the folder is opened, so a process that is refused has changed
nothing.
"""

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

from rag_core_lib.state_folder import StateUnavailableError, open_state_file

LOCK_FILE = ".lock"
"""With a dot, since folders beside it may be named after documents."""
_PID_CHARACTERS = 20


class FolderLock:
    """The lock on one folder, for all threads of this process that share the object."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCK_FILE
        self._descriptor: int | None = None
        self._is_closed = False
        # `flock` keeps two descriptors of one process apart as it does two processes.
        self._one_at_a_time = threading.Lock()

    @property
    def is_held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock, unless it is held already; the folder has to exist.

        Raises `StateUnavailableError`, at once, when another process holds it, the file cannot be used, or the lock was
        closed.
        """
        with self._one_at_a_time:
            if self._is_closed:
                raise StateUnavailableError(f"{self._file.parent} is closed: the service ends")
            if self._descriptor is None:
                self._descriptor = self._locked()

    def close(self) -> None:
        """Let go of the lock for good: a thread that goes on while the service ends must not take it again."""
        with self._one_at_a_time:
            self._is_closed = True
        self.release()

    def release(self) -> None:
        """Let go of the lock, when it is held."""
        with self._one_at_a_time:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _locked(self) -> int:
        try:
            # Not inherited by what this process starts (PEP 446), which could outlive it.
            descriptor = os.open(open_state_file(self._file), os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise StateUnavailableError(f"cannot lock {self._file.parent}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, _PID_CHARACTERS, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f"another process ({holder})" if holder else "another process"
            raise StateUnavailableError(f"{self._file.parent} is in use by {who}") from error
        except OSError as error:
            os.close(descriptor)
            raise StateUnavailableError(f"cannot lock {self._file.parent}: {error.strerror}") from error
        # For people alone: what it says decides nothing, and a full disk must not keep a service from working.
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"pid {os.getpid()}\n".encode("ascii"), 0)
        return descriptor
