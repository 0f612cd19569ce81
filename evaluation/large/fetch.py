"""Fetch the documents of the large, fresh and quiz question sets: files of Debian's packages, pinned in `corpus.json`.

    python3 evaluation/large/fetch.py

Needs `apt-get` and `dpkg-deb`, and PyPI for the Word documents of the quiz, which Pandoc makes from other files.
Packages and documents go to `target/evaluation/`; what is already there is not fetched again. Every package and every
document is compared with its SHA-256, so that all figures are about the same bytes.
"""

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from convert import to_docx

EVALUATION = Path(__file__).parent.parent
TARGET = EVALUATION.parent / "target" / "evaluation"
FOLDERS = {
    "large": TARGET / "documents",
    "fresh": TARGET / "documents-fresh",
    "quiz": TARGET / "documents-quiz",
}


def main() -> int:
    """Return 0 when all documents are there, 1 when one of them cannot be had."""
    return max([_fetch(name, folder) for name, folder in FOLDERS.items()])


def _fetch(name_of_set: str, documents: Path) -> int:
    corpus = json.loads((EVALUATION / name_of_set / "corpus.json").read_text("utf-8"))
    wanted = {entry["name"]: entry for entry in corpus["documents"]}
    missing = {name for name, entry in wanted.items() if _digest(documents / name) != entry["sha256"]}
    packages = TARGET / "packages"
    for folder in (documents, packages):
        folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for package in sorted({wanted[name]["package"] for name in missing}):
        pinned = corpus["packages"][package]
        try:
            root = _unpack(packages, package, pinned["version"], pinned["sha256"])
            for name in sorted(name for name in missing if wanted[name]["package"] == package):
                _copy(root, wanted[name], documents / name)
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            print(f"{package} {pinned['version']}: {error}", file=sys.stderr)  # noqa: T201
            failed = True
    wrong = [name for name, entry in wanted.items() if _digest(documents / name) != entry["sha256"]]
    for name in wrong:
        print(f"{name}: missing, or not the file that is pinned", file=sys.stderr)  # noqa: T201
    print(f"{len(wanted) - len(wrong)} of {len(wanted)} documents in {documents}")  # noqa: T201
    return int(failed or bool(wrong))


def _copy(root: Path, entry: dict[str, Any], into: Path) -> None:
    """Write a document: a file of a package, or what several of its files are made into."""
    if "paths" in entry:
        to_docx(root, entry["paths"], into)
        return
    data = (root / entry["path"]).read_bytes()
    into.write_bytes(gzip.decompress(data) if entry["path"].endswith(".gz") else data)


def _unpack(folder: Path, package: str, version: str, digest: str) -> Path:
    """Return the folder with the files of a package; raises `ValueError` when it is another one than is pinned."""
    root = folder / package
    if not (root / "usr").is_dir():
        subprocess.run(["apt-get", "download", "-qq", f"{package}={version}"], cwd=folder, check=True)  # noqa: S603, S607
        archive = next(folder.glob(f"{package}_*.deb"))
        if _digest(archive) != digest:
            raise ValueError("the package differs from the one that is pinned")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True)  # noqa: S603, S607
        archive.unlink()
    return root


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
