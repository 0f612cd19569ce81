"""How many records an index has at least, in a file beside its points.

Part of the list of points may be lost such that what is left is consistent in itself: documents are gone with their
records. The number is raised after a record is on the disk, and lowered before one is deleted. So whatever step a
process dies at, the index has at least as many, and one that has fewer is damaged.
"""

import os
from contextlib import suppress
from pathlib import Path

_FILE = "least-records"


def least_records(place: Path) -> int:
    """Return the number in the folder of an index; 0 where none can be read."""
    with suppress(OSError, ValueError):
        return int((place / _FILE).read_text(encoding="ascii"))
    return 0


def write_least_records(place: Path, count: int) -> None:
    """Write the number; it is on the disk when this returns."""
    new = place / f"{_FILE}.new"
    with new.open("w", encoding="ascii") as file:
        file.write(f"{count}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(place / _FILE)
    folder = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
