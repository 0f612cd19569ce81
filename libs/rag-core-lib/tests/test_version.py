import tomllib
from pathlib import Path

import rag_core_lib


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert rag_core_lib.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
