"""Appends a line to a module of a package, and expects the next Python to run it."""

import importlib.util
import pathlib
import subprocess
import sys
import sysconfig

STATUS = 77
for file in sorted(pathlib.Path(sysconfig.get_path("purelib")).glob("*/__init__.py")):
    if pathlib.Path(importlib.util.cache_from_source(str(file))).exists():
        break
else:
    sys.exit("no package has bytecode, so this proves nothing")
with file.open("a", encoding="utf-8") as module:
    module.write(f"\nraise SystemExit({STATUS})\n")
ended = subprocess.run([sys.executable, "-c", f"import {file.parent.name}"], check=False)  # noqa: S603 (a name of our own)
sys.exit(ended.returncode != STATUS and f"{file} was edited, and Python runs its old bytecode")
