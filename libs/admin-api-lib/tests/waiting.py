"""Waiting for what happens in the background."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """Return once `is_so`; fail when that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.02)
