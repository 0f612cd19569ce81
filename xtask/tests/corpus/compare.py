"""Runs the corpus' own compare.py over many pairs of files in one process.

Reads `EXPECTED<tab>ACTUAL<tab>PYTHON` lines, answers each with the differences on the Pythons that the range PYTHON
allows, and a line that holds only a full stop. compare.py
asks for every marker in every environment of its grid, and thousands of pins share a few markers, so each answer of
`packaging` is kept.
"""

import functools
import importlib.util
import sys

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet


class Remembered:
    def __init__(self, text):
        self.marker = Marker(text)
        self.text = str(self.marker)
        self.answers = {}

    def __str__(self):
        return self.text

    def evaluate(self, environment):
        key = tuple(environment.values())
        if key not in self.answers:
            self.answers[key] = self.marker.evaluate(environment)
        return self.answers[key]


spec = importlib.util.spec_from_file_location("compare", sys.argv[1])
compare = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compare)
compare.Marker = functools.cache(Remembered)
pythons = compare.PYTHONS

for line in sys.stdin:
    expected, actual, python = line.rstrip("\n").split("\t")
    compare.PYTHONS = [version for version in pythons if version in SpecifierSet(python)]
    try:
        compare.main(expected, actual)
    except SystemExit as unreadable:
        print(f"compare.py exits with {unreadable.code}")
    print(".", flush=True)
