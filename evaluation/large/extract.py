"""Take the text out of the documents of all question sets, with the code of document-extractor.

    cargo xtask tool --for document-extractor python ../../evaluation/large/extract.py

Writes one JSON file for each document to `target/evaluation/extracted/`, as document-extractor would answer.
"""

import time
from pathlib import Path

from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

EVALUATION = Path(__file__).parent.parent
TARGET = EVALUATION.parent / "target" / "evaluation"


def main() -> None:
    """Extract every document and print how long it took, in seconds."""
    settings = ExtractorSettings()
    folders = {
        "large": TARGET / "documents",
        "fresh": TARGET / "documents-fresh",
        "quiz": TARGET / "documents-quiz",
        "small": EVALUATION / "documents",
    }
    for name, folder in folders.items():
        into = TARGET / "extracted" / name
        into.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            begin = time.monotonic()
            answer = extract(path.name, path.read_bytes(), settings)
            (into / f"{path.name}.json").write_text(answer.model_dump_json(), "utf-8")
            seconds = time.monotonic() - begin
            print(f"{path.name:44} {len(answer.pieces):6} pieces {seconds:6.2f} s")  # noqa: T201


if __name__ == "__main__":
    main()
