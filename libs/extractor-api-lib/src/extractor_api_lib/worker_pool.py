"""Worker processes, each for one file at a time, killed when a file takes too long."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock, Timer
from typing import IO, BinaryIO

from extractor_api_lib.errors import BrokenFileError, BusyError, ExtractionError
from extractor_api_lib.models import ExtractionAnswer
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker import READY, Job, Result

_JOBS_OF_A_WORKER = 100
"""After so many files a worker is replaced, so that what parsers leak does not add up."""
_START_SECONDS = 60
_END_SECONDS = 5


class WorkerPool:
    """Up to `workers` processes, started when they are needed. Its methods may be called from any thread."""

    def __init__(self, settings: ExtractorSettings) -> None:
        self._settings = settings
        self._free = BoundedSemaphore(settings.workers)
        self._lock = Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._is_closed = False

    def extract(self, file_name: str, file: BinaryIO, media_type: str | None = None) -> ExtractionAnswer:
        """Return what is in `file`, which is read once a worker is free.

        Raises `BusyError` when none gets free in time or none can be started, `BrokenFileError` also when the file
        takes too long or ends its worker, and what `extraction.extract` raises.
        """
        if not self._free.acquire(timeout=self._settings.queue_timeout_seconds):
            raise BusyError(f"{file_name}: all workers are busy; try again later")
        try:
            # One byte more than allowed is enough to tell that there are too many.
            data = file.read(self._settings.max_file_bytes + 1)
            with self._worker() as worker:
                line = worker.run(Job(file_name=file_name, media_type=media_type, size=len(data)), data)
                if not line:
                    raise self._error(file_name, worker)
        finally:
            self._free.release()
        return Result.model_validate_json(line).unwrap()

    def check(self) -> None:
        """Return when a worker is at work or can be started; raises `BusyError`."""
        if not self._free.acquire(blocking=False):
            return
        try:
            with self._worker():
                pass
        finally:
            self._free.release()

    def close(self) -> None:
        """End all workers, also those that are busy."""
        with self._lock:
            self._is_closed = True
            workers, self._all, self._idle = self._all, set[_Worker](), []
        for worker in workers:
            worker.end()

    def _error(self, file_name: str, worker: "_Worker") -> ExtractionError:
        if self._is_closed:
            return BusyError(f"{file_name}: the service ends; try again later")
        if worker.was_killed():
            return BusyError(f"{file_name}: the worker was killed from outside; try again later")
        return BrokenFileError(f"{file_name}: {worker.reason()}")

    @contextmanager
    def _worker(self) -> Generator["_Worker"]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker and not worker.is_alive():
            self._drop(worker)
            worker = None
        worker = worker or self._start()
        try:
            yield worker
        finally:
            if worker.is_alive() and worker.jobs < _JOBS_OF_A_WORKER and worker in self._all:
                with self._lock:
                    self._idle.append(worker)
            else:
                self._drop(worker)

    def _start(self) -> "_Worker":
        try:
            worker = _Worker(self._settings)
        except OSError as error:
            raise BusyError(f"a worker cannot be started: {error.strerror}") from error
        with self._lock:
            self._all.add(worker)
        if not worker.is_ready():
            self._drop(worker)
            raise BusyError("a worker cannot be started: it ended at once, or took too long")
        return worker

    def _drop(self, worker: "_Worker") -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


class _Worker:
    def __init__(self, settings: ExtractorSettings) -> None:
        self._seconds = settings.document_timeout_seconds
        self._cpu_seconds = settings.document_cpu_seconds
        # A session of its own: it can be killed together with Tesseract, and Ctrl-C does not reach it.
        self._process = subprocess.Popen(  # noqa: S603 (a list, no shell, this interpreter)
            [sys.executable, "-P", "-m", "extractor_api_lib.worker", settings.model_dump_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._is_out_of_time = False
        self._ended_by = 0
        self.jobs = 0

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def is_ready(self) -> bool:
        """Wait for the worker to have loaded its readers; that time is not the first file's."""
        with _deadline(_START_SECONDS, self._kill):
            return _pipes(self._process)[1].readline() == READY

    def run(self, job: Job, data: bytes) -> bytes:
        """Return the line of the result; empty when the worker ended, which `reason` explains."""
        self.jobs += 1
        requests, results = _pipes(self._process)
        line = b""
        with _deadline(self._seconds, self._kill_late), suppress(OSError):
            requests.write(job.model_dump_json().encode() + b"\n")
            requests.write(data)
            requests.flush()
            line = results.readline()
        if line.endswith(b"\n"):
            return line
        # Its pipe is closed: it has ended, or is about to.
        with suppress(subprocess.TimeoutExpired):
            self._ended_by = self._process.wait(_END_SECONDS)
        self.end()
        return b""

    def was_killed(self) -> bool:
        """Tell whether someone else ended the worker, such as an operator or a system that is out of memory."""
        return not self._is_out_of_time and self._ended_by in {-signal.SIGKILL, -signal.SIGTERM}

    def reason(self) -> str:
        """Tell why the worker ended."""
        if self._is_out_of_time:
            return f"reading the file took longer than {self._seconds:g} s"
        code = self._ended_by
        if code == -signal.SIGXCPU:
            return f"reading the file took more than {self._cpu_seconds} s of processor time"
        ended_by = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"the file ended its reader ({ended_by}); it is damaged, or takes more memory than is allowed"

    def end(self) -> None:
        """Kill the process with what it started, and wait for its end."""
        requests, results = _pipes(self._process)
        if self.is_alive():
            self._kill()
        self._process.wait()
        with suppress(OSError):
            requests.close()
        results.close()

    def _kill_late(self) -> None:
        self._is_out_of_time = True
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


@contextmanager
def _deadline(seconds: float, late: Callable[[], None]) -> Generator[None]:
    timer = Timer(seconds, late)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("a worker has pipes")
    return process.stdin, process.stdout
