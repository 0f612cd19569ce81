"""Helm's own library under Helm's own arguments: it renders what an installation would send to a cluster."""

import argparse
import sys
from pathlib import Path

from helm_python import Chart, parse_set_string, values_from_yaml


def merged(under: dict, over: dict) -> dict:
    """Return both, where tables are joined and the second wins."""
    both = dict(under)
    for key, value in over.items():
        both[key] = merged(both[key], value) if isinstance(both.get(key), dict) and isinstance(value, dict) else value
    return both


parser = argparse.ArgumentParser(prog="helm", allow_abbrev=False)
parser.add_argument("command", choices=["install", "template", "upgrade"])
parser.add_argument("name")
parser.add_argument("chart", type=Path)
parser.add_argument("--namespace", default="default")
parser.add_argument("--create-namespace", action="store_true")
parser.add_argument("--set", action="append", default=[])
parser.add_argument("--values", action="append", default=[], type=Path)
said = parser.parse_args()

values: dict = {}
for file in said.values:
    values = merged(values, values_from_yaml(file.read_text()))
for text in said.set:
    values = merged(values, parse_set_string(text))
is_install = said.command != "upgrade"
about = {"name": said.name, "namespace": said.namespace, "is_install": is_install, "is_upgrade": not is_install}
sys.path.insert(0, str(said.chart.resolve() / "tests"))
from cluster import cluster  # noqa: E402  # pyright: ignore[reportMissingImports] (of the chart's tests)

with Chart.load(said.chart) as chart, cluster() as config:
    files = chart.render(values, **about) if said.command == "template" else config.render(chart, values, **about)
for name, text in sorted(files.items()):
    if name.endswith("NOTES.txt") != (said.command == "template"):
        print(f"---\n# Source: {name}\n{text}" if said.command == "template" else f"NOTES:\n{text}")
