"""Figures with their uncertainty."""

import math
import random
from collections.abc import Sequence

_Z = 1.96
_RESAMPLES = 2000


def share(right: int, of: int) -> str:
    """Return a share with its 95 % confidence interval (Wilson, 1927)."""
    if not of:
        return "-"
    middle = right / of
    centre = (middle + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z / (1 + _Z**2 / of) * math.sqrt(middle * (1 - middle) / of + _Z**2 / (4 * of**2))
    return f"{right}/{of} = {middle:.2f} [{max(0.0, centre - half):.2f}, {min(1.0, centre + half):.2f}]"


def mean(values: Sequence[float]) -> str:
    """Return a mean with its 95 % confidence interval, by resampling with a fixed seed."""
    if not values:
        return "-"
    chance = random.Random(1)  # noqa: S311 (no secret)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    low, high = means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)]
    return f"{sum(values) / len(values):.2f} [{low:.2f}, {high:.2f}]"
