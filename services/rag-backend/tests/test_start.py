"""What is not configured costs nothing at start."""

import subprocess
import sys
from pathlib import Path

_UNASKED = ("cryptography", "jwt", "opentelemetry.exporter", "opentelemetry.sdk")


def test_what_is_not_configured_is_not_imported(tmp_path: Path) -> None:
    code = f"import sys, rag_backend.main; print([name for name in {_UNASKED!r} if name in sys.modules])"
    environment = {"PYTHONPATH": ":".join(sys.path), "QDRANT_PATH": str(tmp_path)}

    said = subprocess.run(  # noqa: S603 (a program of our own)
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert said.stdout == "[]\n"
