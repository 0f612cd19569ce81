"""The folder of the embedded index: one process at a time uses it, and damage in it is found and moved aside.

    FOLDER/.lock                held while the index is open
    FOLDER/shard                the index
    FOLDER/new-…                an index that is being made; moved to `shard` when it is whole
    FOLDER/damaged-…            what was damaged, kept until everything is indexed again

While there is anything damaged, a new index is made with a note that it is incomplete. So whatever step a process dies
at, nobody takes an empty index for a whole one.
"""

import fcntl
import logging
import os
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from qdrant_edge import EdgeShard

from rag_core_api.shard_inspection import inspect
from rag_core_lib.folder_lock import FolderLock
from rag_core_lib.state_folder import StateUnavailableError, make_private, open_state_folder

_PLACE, _NEW, _DAMAGED = "shard", "new-", "damaged-"
_LEAST_FREE_BYTES = 64_000_000
"""Files are mapped into memory; where one cannot grow for want of room, the process ends by SIGBUS."""
_logger = logging.getLogger(__name__)

Make = Callable[[Path, str | None], None]
"""Makes an index in a folder, with a note why it is incomplete."""


class EmbeddedFolder:
    """The folder; its methods must not be called by several threads at once. All raise `StateUnavailableError`."""

    def __init__(self, folder: Path, make: Make) -> None:
        self._folder = folder
        self._make = make
        self._lock = FolderLock(folder)

    def open(self) -> EdgeShard:
        """Take the lock and open the index; a damaged one is moved aside, and a new one is made where there is none."""
        open_state_folder(self._folder)
        self._lock.acquire()
        try:
            return self._open()
        except BaseException:
            self._lock.release()
            raise

    @property
    def place(self) -> Path:
        """Where the index is, once it is open."""
        return self._folder / _PLACE

    def release(self) -> None:
        """Let another process use the folder; the index has to be closed."""
        self._lock.release()

    def require_room(self) -> None:
        """Raise `StateUnavailableError` when the disk is nearly full."""
        free = shutil.disk_usage(self._folder).free
        if free < _LEAST_FREE_BYTES:
            needed = _LEAST_FREE_BYTES // 1_000_000
            raise StateUnavailableError(
                f"the disk of {self._folder} is full: {free // 1_000_000} MB are free, and {needed} MB are needed"
            )

    def forget_damaged(self) -> None:
        """Delete what was moved aside."""
        for aside in self._aside():
            shutil.rmtree(aside, ignore_errors=True)
            _logger.info("damaged index deleted, all of it is indexed again", extra={"folder": str(aside)})

    def _open(self) -> EdgeShard:
        self.require_room()
        # Everything that is kept here is text of documents; the library makes its files by the umask.
        os.umask(0o077)
        for remains in self._folder.glob(f"{_NEW}*"):
            shutil.rmtree(remains)
        place = self.place
        if place.exists():
            make_private(place)
            _refuse_others(place)
            if damage := inspect(place):
                aside = self._folder / f"{_DAMAGED}{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
                place.rename(aside)
                _logger.error("the index is damaged", extra={"reason": damage, "moved_to": str(aside)})
                (aside / "damage.txt").write_text(f"{damage}\n")
        if not place.exists():
            new = self._folder / f"{_NEW}{uuid.uuid4().hex}"
            self._make(new, self._incomplete())
            new.rename(place)
        shard = EdgeShard.load(str(place))
        shard.optimize()
        return shard

    def _aside(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_DAMAGED}*"))

    def _incomplete(self) -> str | None:
        if not (aside := self._aside()):
            return None
        return f"the index was damaged and is made again from the documents; what was there is in {aside[-1]}"


def _refuse_others(place: Path) -> None:
    """Refuse a folder that a process without our lock has open, such as one of an earlier version.

    The library locks the folder of its log as well, but only after it has changed other files.
    """
    log = place / "wal"
    if not log.is_dir():
        return
    descriptor = os.open(log, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StateUnavailableError(f"{place} is in use by another process") from error
    finally:
        os.close(descriptor)
