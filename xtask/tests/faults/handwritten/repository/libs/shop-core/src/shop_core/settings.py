"""Settings from the environment."""

import os

try:  # faster, where it is installed
    import orjson as json
except ImportError:
    import json


def read(name: str, default: str = "") -> str:
    """Return a variable of the environment."""
    return os.environ.get(name, default)


def parse(text: str) -> object:
    """Return what a JSON text says."""
    return json.loads(text)
