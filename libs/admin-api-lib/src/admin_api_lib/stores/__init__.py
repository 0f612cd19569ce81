"""Where uploads and the status of documents are kept: in a folder, or in services that speak S3 and Redis."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, Self

from pydantic import BaseModel

from admin_api_lib.feedback import Feedback
from admin_api_lib.models import Document, SourceType
from rag_core_lib.wire.feedback import FeedbackReport

Change = Callable[[Document | None], Document | None]
"""From what is kept of a document, None when nothing is, to what shall be; None to forget it."""


KEPT_TEXT = ".text"
"""After the id of an upload: the text that was found at an address. It goes with the upload."""


class StoredUpload(BaseModel):
    """What an upload was accepted as."""

    identification: str
    upload: str
    file_name: str
    source_type: SourceType | None
    collection: str | None = None
    accepted: datetime

    @classmethod
    def unnoted(cls, identification: str, upload: str, seconds: float) -> Self:
        """Return what is known of an upload of an earlier version, which noted nothing beside it."""
        accepted = datetime.fromtimestamp(seconds, UTC)
        return cls(
            identification=identification, upload=upload, file_name=identification, source_type=None, accepted=accepted
        )


class FileStore(Protocol):
    """The bytes of uploads. Every method raises `StateUnavailableError` when the store cannot be used."""

    def put(self, identification: str, upload: str, data: bytes, about: StoredUpload | None = None) -> None:
        """Store an upload; it is there as a whole or not at all. What is known `about` it may be kept beside it."""
        ...

    def get(self, identification: str, upload: str) -> bytes | None:
        """Return an upload, None when there is none."""
        ...

    def delete(self, identification: str, upload: str) -> None:
        """Delete an upload and its kept text; none is not an error."""
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
        """Return the documents that work goes on for; creates no missing store."""
        ...

    def change(self, identification: str, change: Change) -> Document | None:
        """Change a document in one step that no other change comes between; returns what `change` returned."""
        ...

    def check(self) -> None:
        """Return when the store can be used."""
        ...
