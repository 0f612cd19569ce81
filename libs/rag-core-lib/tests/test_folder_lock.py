import fcntl
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from rag_core_lib.folder_lock import LOCK_FILE, FolderLock
from rag_core_lib.state_folder import StateUnavailableError

HOLD = """
import sys, time
from pathlib import Path
from rag_core_lib.folder_lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    holder = _holder(tmp_path)
    before = [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()]
    try:
        with pytest.raises(StateUnavailableError, match=rf"is in use by another process \(pid {holder.pid}\)"):
            FolderLock(tmp_path).acquire()
        assert [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()] == before
    finally:
        holder.kill()
        with holder:
            pass


def test_threads_that_share_a_lock_take_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second thread comes while the first one has opened the file and has not locked it yet."""
    flock, both_are_there = fcntl.flock, threading.Barrier(2)

    def slow_flock(descriptor: int, operation: int) -> None:
        with suppress(threading.BrokenBarrierError):
            both_are_there.wait(timeout=0.2)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", slow_flock)
    lock = FolderLock(tmp_path)
    with ThreadPoolExecutor(2) as threads:
        for outcome in [threads.submit(lock.acquire) for _ in range(2)]:
            outcome.result()
    assert lock.is_held


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)

    FolderLock(tmp_path).acquire()


def test_what_the_holder_started_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        lock.release()
        other = FolderLock(tmp_path)
        other.acquire()
        child.kill()
    assert other.is_held


def test_two_holders_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire()
    first.acquire()

    with pytest.raises(StateUnavailableError, match="in use by"):
        second.acquire()
    first.release()
    second.acquire()


def test_a_folder_that_cannot_hold_a_lock_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()

    with pytest.raises(StateUnavailableError, match=r"cannot lock .*: Is a directory"):
        FolderLock(tmp_path).acquire()


def test_a_closed_lock_is_not_taken_again(tmp_path: Path) -> None:
    """A thread that a service did not wait for goes on after the service has closed its folder."""
    lock = FolderLock(tmp_path)
    lock.acquire()
    lock.close()

    with pytest.raises(StateUnavailableError, match="is closed: the service ends"):
        lock.acquire()
    FolderLock(tmp_path).acquire()
