"""Directed graphs as SVG: what depends on something stands above it."""

from collections.abc import Iterable, Mapping
from html import escape

Graph = Mapping[str, frozenset[str]]
"""The names that each name depends on."""

_CHARACTER, _HEIGHT, _GAP, _ROW = 8, 30, 24, 76
_STYLE = (
    "text{font:14px system-ui,sans-serif;fill:currentColor;text-anchor:middle}"
    "rect{fill:var(--md-default-bg-color,#fff);stroke:currentColor;rx:6}"
    "path{fill:none;stroke:currentColor;opacity:.45}"
)


def reduced(graph: Graph) -> Graph:
    """Leave out the edges that follow from others: a -> c where a -> b and b -> c."""
    reach: dict[str, frozenset[str]] = {}

    def below(name: str) -> frozenset[str]:
        if name not in reach:
            reach[name] = graph[name].union(*(below(to) for to in graph[name]))
        return reach[name]

    return {
        name: frozenset(to for to in edges if not any(to in below(other) for other in edges))
        for name, edges in graph.items()
    }


def rows(graph: Graph) -> list[list[str]]:
    """Return the names by their longest way down, the highest row first; near what they depend on within a row."""
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((deep(to) for to in graph[name]), default=-1)
        return depth[name]

    below: list[list[str]] = []
    place: dict[str, float] = {}
    for level in range(max(map(deep, graph), default=-1) + 1):
        row = [name for name in sorted(graph) if depth[name] == level]
        row.sort(key=lambda name: _mean(place[to] for to in graph[name]))
        place.update({name: index - (len(row) - 1) / 2 for index, name in enumerate(row)})
        below.append(row)
    return below[::-1]


def svg(graph: Graph, title: str) -> str:
    """Draw the graph, without the edges that follow from others."""
    graph = reduced(graph)
    table = rows(graph)
    widths = {name: _CHARACTER * len(name) + 20 for name in graph}
    whole = max(sum(widths[name] + _GAP for name in row) for row in table)
    at: dict[str, tuple[float, float]] = {}
    for level, row in enumerate(table):
        left = (whole - sum(widths[name] + _GAP for name in row)) / 2
        for name in row:
            at[name] = (left + _GAP / 2 + widths[name] / 2, level * _ROW + _HEIGHT / 2 + 1)
            left += widths[name] + _GAP
    parts = [_edge(at[name], at[to]) for name in sorted(graph) for to in sorted(graph[name])]
    parts += [_box(name, widths[name], *at[name]) for name in sorted(graph)]
    height = (len(table) - 1) * _ROW + _HEIGHT + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:g} {height}" width="{whole:g}" role="img" '
        f'style="max-width:100%;height:auto"><title>{escape(title)}</title><style>{_STYLE}</style>{"".join(parts)}</svg>'
    )


def of_mermaid(text: str) -> Graph:
    """Read the graphs that `cargo xtask docs` writes: a line `id["name"]` for each node, then `id --> id`."""
    names: dict[str, str] = {}
    edges: dict[str, set[str]] = {}
    for line in text.splitlines():
        if " --> " in line:
            from_, to = line.strip().split(" --> ")
            edges[names[from_]].add(names[to])
        elif '"' in line:
            key, name = line.strip().split('"')[:2]
            names[key.rstrip("([")] = name
            edges[name] = set()
    return {name: frozenset(to) for name, to in edges.items()}


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0


def _edge(above: tuple[float, float], below: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = above, below
    y1, y2 = y1 + _HEIGHT / 2, y2 - _HEIGHT / 2
    bend = (y2 - y1) / 2
    return f'<path d="M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"/>'


def _box(name: str, width: float, x: float, y: float) -> str:
    return (
        f'<rect x="{x - width / 2:g}" y="{y - _HEIGHT / 2:g}" width="{width:g}" height="{_HEIGHT}"/>'
        f'<text x="{x:g}" y="{y + 5:g}">{escape(name)}</text>'
    )
