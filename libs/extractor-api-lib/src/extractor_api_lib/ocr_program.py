"""A program that reads a page as `tesseract` does, by the package tesserocr: `python -m extractor_api_lib.ocr_program`.

It is a process of its own, so that a page that takes too long, or that Tesseract aborts on, ends nothing else.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
"""Where Debian, other distributions and Homebrew install the data of languages."""


def data_folder() -> Path | None:
    """Return the folder with the data of languages: `TESSDATA_PREFIX`, or the first usual one that is there."""
    named = os.environ.get("TESSDATA_PREFIX")
    folders = (Path(folder) for folder in ((named,) if named else _FOLDERS))
    return next((folder for folder in folders if folder.is_dir()), None)


def missing_languages(languages: str) -> list[str]:
    """Return those of `languages`, joined by +, that have no data."""
    folder = data_folder()
    return [name for name in languages.split("+") if not (folder and (folder / f"{name}.traineddata").is_file())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read a picture, a binary PGM with its header in one line, and print its text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("picture", choices=["stdin"])
    parser.add_argument("text", choices=["stdout"])
    parser.add_argument("-l", dest="languages", default="eng")
    parser.add_argument("--dpi", default="200")
    asked = parser.parse_args(arguments)
    missing = missing_languages(asked.languages)
    for name in missing:
        sys.stderr.write(f"Failed loading language '{name}'\n")
    if missing:
        return 1
    _, width, height = sys.stdin.buffer.readline().split()[:3]
    columns, rows = int(width), int(height)
    pixels = sys.stdin.buffer.read(columns * rows)
    tesserocr: Any = importlib.import_module("tesserocr")
    with tesserocr.PyTessBaseAPI(path=str(data_folder()), lang=asked.languages) as api:
        api.SetVariable("user_defined_dpi", asked.dpi)
        api.SetImageBytes(pixels, columns, rows, 1, columns)
        sys.stdout.write(api.GetUTF8Text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
