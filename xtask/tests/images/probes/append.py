"""Appends a line to a module. Arguments: module, line."""

import importlib.util
import pathlib
import sys

spec = importlib.util.find_spec(sys.argv[1])
if spec is None or spec.origin is None:
    sys.exit(f"no module {sys.argv[1]}")
with pathlib.Path(spec.origin).open("a", encoding="utf-8") as file:
    file.write(f"\n{sys.argv[2]}\n")
