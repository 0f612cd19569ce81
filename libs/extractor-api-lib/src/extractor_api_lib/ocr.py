"""OCR with Tesseract as a program, picture in by standard input, text out by standard output: no files."""

import os
import re
import shutil
import subprocess
import sys

from extractor_api_lib.errors import BrokenFileError, OcrUnavailableError
from extractor_api_lib.ocr_program import missing_languages
from extractor_api_lib.settings import ExtractorSettings

_NOT_LOADED = re.compile(r"Failed loading language '([^']+)'")


def recognise(picture: bytes, settings: ExtractorSettings) -> str:
    """Return the text in `picture`, a PNM or PNG file; empty when there is none.

    Raises `OcrUnavailableError` when Tesseract or one of the languages is missing, `BrokenFileError` when the page
    takes longer than the limit.
    """
    own = [sys.executable, "-P", "-m", "extractor_api_lib.ocr_program"]
    program = [settings.ocr_command] if settings.ocr_command else own
    command = [*program, "stdin", "stdout", "-l", settings.ocr_languages]
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
        raise OcrUnavailableError(f"a page needs OCR, and {program[0]} cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise BrokenFileError(f"OCR of a page took longer than {settings.ocr_timeout_seconds:g} s") from error
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip()
        if missing := _NOT_LOADED.findall(said):
            raise OcrUnavailableError(f"a page needs OCR, and {_without(missing)}")
        reason = said.splitlines()
        raise OcrUnavailableError(f"OCR of a page failed: {reason[-1] if reason else result.returncode}")
    return result.stdout.decode(errors="replace").strip()


def problem_with(settings: ExtractorSettings) -> str | None:
    """Return what keeps OCR from working on this machine, as far as can be seen without a page."""
    if settings.ocr_command:
        return None if shutil.which(settings.ocr_command) else f"program {settings.ocr_command} is not installed"
    missing = missing_languages(settings.ocr_languages)
    return _without(missing) if missing else None


def _without(languages: list[str]) -> str:
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-').lower()}" for name in languages)
    return f"the language data of {', '.join(languages)} is missing: install {packages}"
