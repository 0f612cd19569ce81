"""Horizontal rules of a PDF page that stand under a line of text."""

from bisect import bisect_right
from collections.abc import Iterable

Edge = tuple[float, float, float, float]
"""Both ends of a straight line, in points."""

_LEVEL = 0.5
"""Points that one end of a rule is higher than the other, at most."""
_GAP = 4.0
"""Between two parts of one rule, at most: borders of cells are drawn one by one."""
_BELOW = 0.8
"""Distance of a rule from the lowest point of the letters above it, against their size, at most."""
_ABOVE = 1.0
"""Points that letters reach below their rule, at most."""
_SLACK = 3.0
"""Points of a line that its rule leaves out at each end, at most."""


class Rules:
    """Rules of a page, found by their height: parts that touch are one."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        parts: dict[int, list[tuple[float, float]]] = {}
        for x0, y0, x1, y1 in edges:
            if abs(y0 - y1) <= _LEVEL and x0 != x1:
                parts.setdefault(round(y0), []).append((min(x0, x1), max(x0, x1)))
        self._bars = {height: _joined(bars) for height, bars in parts.items()}

    def is_under(self, left: float, right: float, bottom: float, size: float) -> bool:
        """Tell whether a rule is under all of a line of text, and nearer to it than the next line can be."""
        heights = range(round(bottom - _BELOW * size), round(bottom + _ABOVE) + 1)
        if len(heights) > len(self._bars):
            heights = [height for height in self._bars if heights.start <= height < heights.stop]
        return any(self._covers(height, left, right) for height in heights)

    def _covers(self, height: int, left: float, right: float) -> bool:
        bars = self._bars.get(height, [])
        place = bisect_right(bars, left + _SLACK, key=lambda bar: bar[0]) - 1
        return place >= 0 and bars[place][1] >= right - _SLACK


def _joined(bars: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(bars):
        if joined and start <= joined[-1][1] + _GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
