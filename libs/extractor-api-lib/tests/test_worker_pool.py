import io
import os
import signal
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extractor_api_lib.errors import BrokenFileError, BusyError, UnsupportedTypeError
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker_pool import WorkerPool

from .conftest import PdfMaker

pytestmark = pytest.mark.slow


@pytest.fixture
def slow(tmp_path: Path) -> ExtractorSettings:
    """Return settings with one worker and two seconds, with an OCR that takes a minute and tells its process id."""
    executable = tmp_path / "tesseract"
    executable.write_text(f"#!/bin/sh\ncat > /dev/null\necho $PPID $$ > {tmp_path}/ids\nexec sleep 60\n")
    executable.chmod(0o755)
    return ExtractorSettings(
        workers=1, document_timeout_seconds=2, queue_timeout_seconds=0.2, ocr_command=str(executable)
    )


@pytest.fixture
def pool(slow: ExtractorSettings) -> Iterator[WorkerPool]:
    pool = WorkerPool(slow)
    yield pool
    pool.close()


def _read(pool: WorkerPool, name: str = "a.txt", data: bytes = b"text") -> list[str]:
    return [piece.content for piece in pool.extract(name, io.BytesIO(data)).pieces]


def _ids(folder: Path) -> list[int]:
    for _ in range(200):
        if (folder / "ids").exists() and (text := (folder / "ids").read_text()):
            return [int(number) for number in text.split()]
        time.sleep(0.02)
    raise AssertionError("OCR was not started")


def _runs(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_a_file_that_takes_too_long_is_given_up_and_nothing_of_it_goes_on(
    pool: WorkerPool, scanned_pdf: bytes, tmp_path: Path
) -> None:
    _read(pool)
    started = time.monotonic()

    with pytest.raises(BrokenFileError, match=r"^a\.pdf: reading the file took longer than 2 s"):
        _read(pool, "a.pdf", scanned_pdf)

    assert time.monotonic() - started < 10
    assert [process for process in _ids(tmp_path) if _runs(process)] == []
    assert _read(pool) == ["text"]


def test_twenty_files_at_once_share_the_workers() -> None:
    pool = WorkerPool(ExtractorSettings(workers=2))

    def read(number: int) -> list[str]:
        return _read(pool, "a.txt", f"text {number}".encode())

    with ThreadPoolExecutor(20) as threads:
        contents = list(threads.map(read, range(20)))

    assert contents == [[f"text {number}"] for number in range(20)]
    assert len(pool._all) <= 2  # pyright: ignore[reportPrivateUsage]
    pool.close()


def test_who_waits_too_long_for_a_worker_is_told_to_come_again(
    pool: WorkerPool, scanned_pdf: bytes, tmp_path: Path
) -> None:
    def occupy() -> None:
        with pytest.raises(BrokenFileError):
            _read(pool, "a.pdf", scanned_pdf)

    other = threading.Thread(target=occupy)
    other.start()
    _ids(tmp_path)

    with pytest.raises(BusyError, match="all workers are busy"):
        _read(pool)
    other.join()


def test_a_worker_killed_from_outside_is_not_the_files_fault(
    pool: WorkerPool, scanned_pdf: bytes, tmp_path: Path
) -> None:
    threading.Timer(0, lambda: os.kill(_ids(tmp_path)[0], signal.SIGKILL)).start()

    with pytest.raises(BusyError, match="killed from outside"):
        _read(pool, "a.pdf", scanned_pdf)

    assert _read(pool) == ["text"]


def test_a_worker_that_died_while_it_was_idle_is_replaced(pool: WorkerPool) -> None:
    _read(pool)
    (worker,) = pool._idle  # pyright: ignore[reportPrivateUsage]
    os.kill(worker._process.pid, signal.SIGKILL)  # pyright: ignore[reportPrivateUsage]
    worker._process.wait()  # pyright: ignore[reportPrivateUsage]

    assert _read(pool) == ["text"]


def test_an_error_comes_through_as_what_it_was(pool: WorkerPool) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"^a\.exe: unknown"):
        _read(pool, "a.exe")
    with pytest.raises(BrokenFileError, match=r"^a\.txt: the file is empty"):
        _read(pool, "a.txt", b"")


def test_a_stream_that_unpacks_to_more_than_a_worker_may_have_is_a_broken_file(make_pdf_of_streams: PdfMaker) -> None:
    packer = zlib.compressobj(1)
    megabyte = b"BT (x) Tj ET\n" * 80_660
    packed = b"".join(packer.compress(megabyte) for _ in range(600)) + packer.flush()
    pool = WorkerPool(ExtractorSettings(workers=1, worker_memory_bytes=400_000_000, document_timeout_seconds=60))

    with pytest.raises(BrokenFileError, match=r"^bomb\.pdf: .*takes more memory than is allowed"):
        _read(pool, "bomb.pdf", make_pdf_of_streams([packed]))

    assert _read(pool) == ["text"]
    pool.close()
