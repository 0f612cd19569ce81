"""Prints the third-party packages of some groups of a poetry.lock as JSON. Arguments: lock, groups, environment."""

import json
import pathlib
import sys
import tomllib

from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.utils import canonicalize_name

lock, groups, environment = sys.argv[1], set(sys.argv[2].split(",")), json.loads(sys.argv[3])
packages = tomllib.loads(pathlib.Path(lock).read_text("utf-8"))["package"]
found: dict[str, str] = {}
for package in packages:
    if package.get("source", {}).get("type") == "directory" or package["optional"]:
        continue
    markers = package.get("markers", {})
    for group in groups & set(package["groups"]):
        marker = markers if isinstance(markers, str) else markers.get(group)
        if not marker or Marker(marker).evaluate({**environment, "extra": ""}):
            found[canonicalize_name(package["name"])] = package["version"]
json.dump(found, sys.stdout)
