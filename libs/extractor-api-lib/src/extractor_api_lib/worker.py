"""A process that reads files one after the other: `python -m extractor_api_lib.worker SETTINGS`.

A job comes as a line of JSON and the bytes of its file on standard input; its result goes as a line of JSON to standard
output. What a malformed file can do, such as taking all memory or crashing a parser, ends this process only.
"""

import logging
import math
import os
import resource
import signal
import sys
from typing import BinaryIO

from pydantic import BaseModel

from extractor_api_lib.errors import BrokenFileError, ExtractionError, OcrUnavailableError, UnsupportedTypeError
from extractor_api_lib.extraction import extract
from extractor_api_lib.models import ExtractionAnswer
from extractor_api_lib.settings import ExtractorSettings

READY = b"ready\n"
"""What a worker says once it has loaded its readers."""

GRACE_SECONDS = 5
"""How much longer than its parent a worker waits before it ends itself; it does so when the parent is gone."""

_ERRORS: dict[str, type[ExtractionError]] = {
    kind.__name__: kind for kind in (BrokenFileError, OcrUnavailableError, UnsupportedTypeError)
}


class Job(BaseModel):
    """What to read; `size` bytes follow. The media type, when there is one, tells the format, else the name does."""

    file_name: str
    media_type: str | None = None
    size: int


class Result(BaseModel):
    """Either the answer or the error: the name of its class and its message."""

    answer: ExtractionAnswer | None = None
    error: str = ""
    detail: str = ""

    def unwrap(self) -> ExtractionAnswer:
        """Return the answer or raise the error."""
        if self.answer is None:
            raise _ERRORS[self.error](self.detail)
        return self.answer


def main() -> None:
    """Work until standard input ends."""
    settings = ExtractorSettings.model_validate_json(sys.argv[1])
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s: %(name)s: %(message)s")
    resource.setrlimit(resource.RLIMIT_AS, (settings.worker_memory_bytes, settings.worker_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a parser prints must not get among the results.
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        results.write(READY)
        results.flush()
        _work(sys.stdin.buffer, results, settings)
    except BrokenPipeError:
        # The parent is gone, and so is who asked.
        os._exit(1)


def _work(jobs: BinaryIO, results: BinaryIO, settings: ExtractorSettings) -> None:
    while line := jobs.readline():
        job = Job.model_validate_json(line)
        data = jobs.read(job.size)
        if len(data) < job.size:
            return
        # The default action of SIGALRM ends the process, also in the middle of a parser written in C.
        signal.setitimer(signal.ITIMER_REAL, settings.document_timeout_seconds + GRACE_SECONDS)
        _bound_processor_time(settings.document_cpu_seconds)
        results.write(_result(job, data, settings).model_dump_json().encode() + b"\n")
        results.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _bound_processor_time(seconds: int) -> None:
    """Let SIGXCPU end this process when it works for longer from now on; what it starts has time of its own."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = math.ceil(used.ru_utime + used.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _result(job: Job, data: bytes, settings: ExtractorSettings) -> Result:
    try:
        return Result(answer=extract(job.file_name, data, settings, job.media_type))
    except ExtractionError as error:
        return Result(error=type(error).__name__, detail=str(error))


if __name__ == "__main__":
    main()
