"""OCR with the `tesseract` executable, picture in by standard input, text out by standard output: no files."""

import os
import subprocess

from extractor_api_lib.errors import BrokenFileError, OcrUnavailableError
from extractor_api_lib.settings import ExtractorSettings


def recognise(picture: bytes, settings: ExtractorSettings) -> str:
    """Return the text in `picture`, a PNM or PNG file; empty when there is none.

    Raises `OcrUnavailableError` when Tesseract or one of the languages is missing, `BrokenFileError` when the page
    takes longer than the limit.
    """
    command = [settings.ocr_command, "stdin", "stdout", "-l", settings.ocr_languages]
    command += ["--dpi", str(settings.ocr_dots_per_inch)]
    try:
        result = subprocess.run(  # noqa: S603 (a list, no shell; the command is the operator's setting)
            command,
            input=picture,
            capture_output=True,
            timeout=settings.ocr_timeout_seconds,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except OSError as error:
        raise OcrUnavailableError(
            f"a page needs OCR, and {settings.ocr_command} cannot be run: {error.strerror}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise BrokenFileError(f"OCR of a page took longer than {settings.ocr_timeout_seconds:g} s") from error
    if result.returncode:
        reason = result.stderr.decode(errors="replace").strip().splitlines()
        raise OcrUnavailableError(f"{settings.ocr_command} failed: {reason[-1] if reason else result.returncode}")
    return result.stdout.decode(errors="replace").strip()
