"""Prints the metadata of packages as JSON. Argument: their names."""

import importlib.metadata
import json
import sys

FILES = "METADATA", "WHEEL", "entry_points.txt", "top_level.txt"
found = {
    name: {file: importlib.metadata.distribution(name).read_text(file) for file in FILES}
    for name in sys.argv[1].split(",")
}
json.dump(found, sys.stdout, indent=1)
