#!/usr/bin/env python3
"""A Docker without a registry: bake answers as if it had pushed. What bake builds is tried in `tests/images`.

Compose is the real one: a guide that calls it is tried where there is an engine.
"""

import json
import os
import re
import sys
from pathlib import Path

arguments = sys.argv[1:]
if arguments[0] == "version":
    print("linux/amd64")
    sys.exit()
if arguments[:3] == ["buildx", "imagetools", "inspect"]:
    print("sha256:" + "1" * 64)
    sys.exit()
if arguments[0] == "build" and Path(arguments[arguments.index("-f") + 1]).is_file():
    sys.exit()
if arguments[0] in {"run", "image"} or arguments[:2] == ["buildx", "imagetools"]:
    sys.exit()
if arguments[:1] == ["compose"]:
    folders = os.environ["PATH"].split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(folder for folder in folders if folder != str(Path(__file__).parent))
    os.execvp("docker", ["docker", *arguments])  # noqa: S606, S607 (the real one, behind this)
if arguments[:2] != ["buildx", "bake"]:
    sys.exit(f"docker: `{' '.join(arguments)}` is not tried here")
bake = json.loads(Path(arguments[arguments.index("--file") + 1]).read_text())["target"]
pushed = {}
for name in arguments:
    if name in bake:
        image = re.sub(r":\$\{.*\}$", f":{os.environ['VERSION']}", bake[name]["tags"][0])
        pushed[name] = {"image.name": image, "containerimage.digest": "sha256:" + "0" * 64}
if not pushed:
    sys.exit("docker: no target of docker-bake.json is named")
for word in arguments:
    if word.startswith("--metadata-file="):
        Path(word.removeprefix("--metadata-file=")).write_text(json.dumps(pushed))
