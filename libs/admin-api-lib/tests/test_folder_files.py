"""Uploads in a folder that several threads use at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from admin_api_lib.stores import folder_files
from admin_api_lib.stores.folder_files import FolderFiles
from rag_core_lib.state_folder import open_state_folder


def test_the_first_use_does_not_remove_what_another_thread_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second thread stores while the first one has the lock and has not yet removed what a process left behind."""
    files, is_opening, go_on = FolderFiles(tmp_path / "files"), threading.Event(), threading.Event()
    make_private, fsync = folder_files.make_private, folder_files.os.fsync

    def slow(tree: Path) -> None:
        is_opening.set()
        go_on.wait(0.5)
        make_private(tree)

    def fsync_slowly(descriptor: int) -> None:
        go_on.set()
        # Long enough for the first thread to come in between, if it could.
        threading.Event().wait(0.2)
        fsync(descriptor)

    monkeypatch.setattr(folder_files, "make_private", slow)
    monkeypatch.setattr(folder_files.os, "fsync", fsync_slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(files.check)
        is_opening.wait(5)
        threads.submit(files.put, "a.txt", "1", b"a").result()
        first.result()

    assert files.get("a.txt", "1") == b"a"


def test_a_folder_that_empties_does_not_take_the_next_upload_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last upload is deleted when the folder for the next one has been opened and its file not yet begun."""
    files, opened = FolderFiles(tmp_path / "files"), threading.Barrier(2)
    files.put("a.txt", "1", b"a")

    def open_slowly(folder: Path) -> Path:
        open_state_folder(folder)
        if folder.name == "a.txt":
            with suppress(threading.BrokenBarrierError):
                opened.wait(0.3)
        return folder

    monkeypatch.setattr(folder_files, "open_state_folder", open_slowly)

    def delete() -> None:
        files.delete("a.txt", "1")
        with suppress(threading.BrokenBarrierError):
            opened.wait(0)

    with ThreadPoolExecutor(2) as threads:
        putting = threads.submit(files.put, "a.txt", "2", b"b")
        threads.submit(delete).result()
        putting.result()

    assert files.get("a.txt", "2") == b"b"
