"""Prints the third-party packages of some groups of a poetry.lock as JSON. Arguments: lock, groups, environment.

Instead of a lock it takes a requirement file that holds these groups, as `uv export` writes it.
"""

import json
import pathlib
import sys
import tomllib

from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.utils import canonicalize_name

lock, groups, environment = sys.argv[1], set(sys.argv[2].split(",")), json.loads(sys.argv[3])
text = pathlib.Path(lock).read_text("utf-8")
found: dict[str, str] = {}
if lock.endswith(".txt"):
    packages = []
    for line in text.splitlines():
        pin, _, marker = line.partition(" ; ")
        if "==" in pin and (not marker or Marker(marker).evaluate({**environment, "extra": ""})):
            name, version = pin.split("==")
            found[canonicalize_name(name)] = version.strip()
else:
    packages = tomllib.loads(text)["package"]
for package in packages:
    if package.get("source", {}).get("type") == "directory" or package["optional"]:
        continue
    markers = package.get("markers", {})
    for group in groups & set(package["groups"]):
        marker = markers if isinstance(markers, str) else markers.get(group)
        if not marker or Marker(marker).evaluate({**environment, "extra": ""}):
            found[canonicalize_name(package["name"])] = package["version"]
json.dump(found, sys.stdout)
