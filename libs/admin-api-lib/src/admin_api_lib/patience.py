"""Pauses that grow, for a document that the index loses again each time it is put back."""

import time
from collections.abc import Callable, Collection

_LONGEST_PAUSE_SECONDS = 3600.0


class Patience:
    """Counts how often in a row a document was put back: at once, then after `pause_seconds`, twice that, and so on."""

    def __init__(self, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._put_back: dict[str, tuple[int, float]] = {}

    def is_due(self, identification: str) -> bool:
        """Tell whether a missing document may be put back now."""
        times, last = self._put_back.get(identification, (0, 0.0))
        if not times:
            return True
        pause = min(self._pause_seconds * 2.0 ** min(times - 1, 32), _LONGEST_PAUSE_SECONDS)
        return self._clock() - last >= pause

    def put_back(self, identification: str) -> int:
        """Note that a document is put back; return how often in a row it was."""
        times, _ = self._put_back.get(identification, (0, 0.0))
        self._put_back[identification] = (times + 1, self._clock())
        return times + 1

    def forget_all_but(self, missing: Collection[str]) -> None:
        """Forget the documents that the index has again."""
        self._put_back = {name: noted for name, noted in self._put_back.items() if name in missing}
