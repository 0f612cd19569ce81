import json
from pathlib import Path


def items():
    return json.loads((Path(__file__).parent / "data" / "items.json").read_text())
