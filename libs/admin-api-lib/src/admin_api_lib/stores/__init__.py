"""Where uploads and the status of documents are kept: in a folder, or in services that speak S3 and Redis."""

from collections.abc import Callable
from typing import Protocol

from admin_api_lib.feedback import Feedback
from admin_api_lib.models import Document
from rag_core_lib.wire.feedback import FeedbackReport

Change = Callable[[Document | None], Document | None]
"""From what is kept of a document, None when nothing is, to what shall be; None to forget it."""


class FileStore(Protocol):
    """The bytes of uploads. Every method raises `StateUnavailableError` when the store cannot be used."""

    def put(self, identification: str, upload: str, data: bytes) -> None:
        """Store an upload; it is there as a whole or not at all."""
        ...

    def get(self, identification: str, upload: str) -> bytes | None:
        """Return an upload, None when there is none."""
        ...

    def delete(self, identification: str, upload: str) -> None:
        """Delete an upload; none is not an error."""
        ...

    def check(self) -> None:
        """Return when the store can be used."""
        ...


class FeedbackStore(Protocol):
    """What was said about answers. Every method raises `StateUnavailableError` when the store cannot be used."""

    def add(self, report: FeedbackReport) -> Feedback:
        """Keep a report; the oldest go when there are too many."""
        ...

    def all(self) -> list[Feedback]:
        """Return all reports, in any order."""
        ...

    def delete(self, identification: str) -> bool:
        """Delete a report; tells whether there was one."""
        ...


class StatusStore(Protocol):
    """What is known of documents. Every method raises `StateUnavailableError` when the store cannot be used."""

    def get(self, identification: str) -> Document | None:
        """Return one document, None when it is not known."""
        ...

    def all(self) -> list[Document]:
        """Return all documents, ordered by identification."""
        ...

    def unfinished(self) -> list[Document]:
        """Return the documents that work goes on for; makes no store that is not there yet."""
        ...

    def change(self, identification: str, change: Change) -> Document | None:
        """Change a document in one step that no other change comes between; returns what `change` returned."""
        ...

    def check(self) -> None:
        """Return when the store can be used."""
        ...
