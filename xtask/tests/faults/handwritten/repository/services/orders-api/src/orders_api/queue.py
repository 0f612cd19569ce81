"""Orders that wait to be billed, one file each."""

from pathlib import Path
from uuid import uuid4


class Queue:
    """A folder of events."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def put(self, event: str) -> None:
        """Keep an event."""
        (self._folder / f"{uuid4()}.json").write_text(event)

    def all(self) -> list[str]:
        """Return the events that wait."""
        return [file.read_text() for file in sorted(self._folder.glob("*.json"))]
