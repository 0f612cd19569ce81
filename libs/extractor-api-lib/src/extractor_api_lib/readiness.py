"""Readiness: whether files can be taken in and read."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable

from fastapi import FastAPI, Response

from extractor_api_lib.errors import BusyError
from extractor_api_lib.models import Readiness
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker_pool import WorkerPool

_OCR = "ocr"


def add_readiness(app: FastAPI, workers: WorkerPool, settings: ExtractorSettings) -> None:
    """Add `GET /readyz`, which starts a worker if there is none."""

    def ocr() -> str:
        is_there = shutil.which(settings.ocr_command) is not None
        return "ok" if is_there else f"{settings.ocr_command} is not installed; pages without text are refused"

    checks: dict[str, Callable[[], str]] = {
        "workers": lambda: _worker(workers),
        "temporary folder": _temporary_folder,
        _OCR: ocr,
    }

    @app.get(
        "/readyz",
        tags=["status"],
        responses={503: {"model": Readiness, "description": "Files cannot be read; the answer tells why"}},
    )
    async def readyz(response: Response) -> Readiness:
        """Tell whether files can be read, and what is missing; without OCR most of them can."""
        results = await asyncio.gather(*(asyncio.to_thread(check) for check in checks.values()))
        services = dict(zip(checks, results, strict=True))
        if all(result == "ok" for name, result in services.items() if name != _OCR):
            return Readiness(services=services)
        response.status_code = 503
        return Readiness(status="not_ready", services=services)


def _worker(workers: WorkerPool) -> str:
    try:
        workers.check()
    except BusyError as error:
        return str(error)
    return "ok"


def _temporary_folder() -> str:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"ready")
    except OSError as error:
        return f"uploads over 1 MB cannot be received: {error.strerror or error}"
    return "ok"
