"""What the application answers with, and what it keeps of every document."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from rag_core_lib.wire.extraction import PagesRead
from rag_core_lib.wire.pieces import CollectionName


class DocumentState(StrEnum):
    """Where a document stands; `error` comes with its reason, and `deleting` goes on by itself."""

    PROCESSING = "processing"
    READY = "ready"
    ERROR = "error"
    DELETING = "deleting"


class SourceType(StrEnum):
    """Where a document came from."""

    FILE = "file"
    WEB_PAGE = "web_page"
    SITEMAP = "sitemap"
    CONFLUENCE_SPACE = "confluence_space"


class DocumentStatus(BaseModel):
    """A document and where it stands."""

    identification: str = Field(examples=["staff-handbook-5268cff13585.pdf"])
    file_name: str = Field(description="The name or address it was uploaded under", examples=["Staff Handbook.pdf"])
    source_type: SourceType = SourceType.FILE
    collection: str | None = Field(default=None, description="What it was uploaded to", examples=["Human resources"])
    state: DocumentState
    reason: str | None = Field(default=None, description="Why it could not be indexed, or what of it was left out")
    will_retry: bool = Field(
        default=False, description="After an error: it is tried again without being uploaded again"
    )
    pieces: int = Field(default=0, description="Pieces that are indexed, also while or after a newer upload fails")
    progress: PagesRead | None = Field(
        default=None, description="How far a sitemap or a space is read; None where that is not known, and once it is"
    )
    changed: datetime = Field(description="When the state changed, in UTC")


class Document(DocumentStatus):
    """A document as it is kept: its status, and which uploads of it are stored under which id."""

    upload: str
    indexed_upload: str | None = None
    indexed_media_type: str | None = None
    obsolete_uploads: list[str] = Field(default_factory=list[str])
    attempts: int = 0
    to_index_again: bool = Field(
        default=False, description="The indexed upload, which is not the newest one, has to be indexed again"
    )

    def changed_to(self, state: DocumentState, **fields: object) -> "Document":
        """Return a copy in another state, changed now, without a reason and progress unless they are given."""
        unsaid = {"reason": None, "will_retry": False, "progress": None}
        return self.model_copy(update={**unsaid, "changed": datetime.now(UTC), **fields, "state": state})

    def is_unfinished(self) -> bool:
        """Tell whether work on it goes on without a caller."""
        unfinished = {DocumentState.PROCESSING, DocumentState.DELETING}
        return self.will_retry or self.to_index_again or self.state in unfinished

    def has_to_be_indexed(self) -> bool:
        """Tell whether pieces of it have to be in the index."""
        return self.indexed_upload is not None and self.state is not DocumentState.DELETING


class IndexState(StrEnum):
    """Whether the index holds all documents that were indexed."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


class IndexStatus(BaseModel):
    """The index, compared with the documents that have to be in it."""

    state: IndexState = Field(description="`incomplete` documents are indexed again by themselves")
    reason: str | None = Field(default=None, description="What is wrong with the index, or why it cannot be asked")
    documents: int = Field(description="Documents that have to be in the index")
    missing: int = Field(default=0, description="Those of them that are not")
    indexing_again: int = Field(default=0, description="Those that are being indexed again, missing or not")


class Reindexing(BaseModel):
    """Answer of `POST /reindex_all_documents`."""

    documents: int = Field(description="Documents that are now indexed again")


class Session(BaseModel):
    """What a browser may do."""

    auth: Literal["token", "basic", "off"] = Field(description="What is asked for at sign-in; nothing when `off`")
    signed_in: bool
    expires: datetime | None = Field(default=None, description="When the session ends, in UTC")
    may_read_originals: bool = Field(description="Whether `/document_reference` would be answered")
    largest_file_bytes: int
    recrawl_hours: float = Field(description="Age at which sources are read again by themselves; 0 for never")


class SourceUpload(BaseModel):
    """Body of `POST /upload_source`."""

    url: Annotated[str, Field(max_length=1000, examples=["https://example.org/handbook.html"])]
    type: SourceType = SourceType.WEB_PAGE
    collection: CollectionName | None = Field(default=None, description="What its documents can be asked about by")

    @field_validator("url")
    @classmethod
    def _is_plain_http(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address of http or https")
        if parts.username is not None or parts.password is not None:
            raise ValueError("must not hold a user or password: it is shown as the source")
        return url

    @field_validator("type")
    @classmethod
    def _is_no_file(cls, kind: SourceType) -> SourceType:
        if kind is SourceType.FILE:
            raise ValueError("must be web_page, sitemap or confluence_space; files go to /upload_file")
        return kind
