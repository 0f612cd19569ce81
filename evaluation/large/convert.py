"""Word documents made from other files by Pandoc, since packages ship none: the same bytes on every machine."""

import os
import subprocess
from pathlib import Path

_PANDOC = "pypandoc-binary==1.17"
"""The package that ships the program; another version writes other bytes."""
_RUN = """import pypandoc, subprocess, sys
sys.exit(subprocess.run([pypandoc.get_pandoc_path(), *sys.argv[1:]]).returncode)"""


def to_docx(folder: Path, paths: list[str], into: Path) -> None:
    """Write a Word document with the contents of files of `folder`, one after the other.

    Raises `subprocess.CalledProcessError` when Pandoc fails or cannot be installed.
    """
    uv = ["cargo", "xtask", "tool", "uv", "run", "--quiet", "--no-project", "--with", _PANDOC, "--"]
    files = [str(folder / path) for path in paths]
    # Links and pictures that lie outside of the package are left out; Pandoc warns of each.
    arguments = ["--quiet", *files, "--to", "docx", "--output", str(into)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    subprocess.run([*uv, "python", "-c", _RUN, *arguments], check=True, env=environment)  # noqa: S603
