"""The chart, rendered by Helm itself."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cluster import cluster
from helm_python import Chart

CHART = Path(__file__).parents[1]
Manifest = dict[str, Any]


def variants() -> list[str]:
    """Return the names of the sets of values; the empty name stands for the defaults."""
    return ["", *sorted(file.stem for file in (CHART / "tests/values").glob("*.yaml"))]


@cache
def values_of(variant: str) -> dict[str, Any]:
    """Return what a variant sets."""
    return yaml.safe_load((CHART / f"tests/values/{variant}.yaml").read_text()) if variant else {}


@cache
def made(variant: str) -> list[Manifest]:
    """Return what an installation with a variant makes. It is shared: nobody changes it."""
    return render(values_of(variant))


def render(
    values: dict[str, Any], release: str = "demo", namespace: str = "rag", existing: Iterable[Manifest] = ()
) -> list[Manifest]:
    """Return every object that an installation makes in a cluster that holds `existing`, in a stable order."""
    with Chart.load(CHART) as chart, cluster(existing) as config:
        return objects(config.render(chart, values, name=release, namespace=namespace))


def template(values: dict[str, Any], release: str = "demo", namespace: str = "rag") -> list[Manifest]:
    """Return what `helm template` makes, and Argo CD: no cluster is asked."""
    with Chart.load(CHART) as chart:
        return objects(chart.render(values, name=release, namespace=namespace))


def objects(files: dict[str, str]) -> list[Manifest]:
    """Return the objects of rendered files."""
    rendered = [yaml.safe_load_all(text) for name, text in sorted(files.items()) if not name.endswith(".txt")]
    return [manifest for documents in rendered for manifest in documents if manifest]


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    """Return the objects of a kind by name, which has to be unique."""
    found = [manifest for manifest in manifests if manifest["kind"] == kind]
    named = {manifest["metadata"]["name"]: manifest for manifest in found}
    assert len(named) == len(found), f"two objects of kind {kind} have one name"
    return named
