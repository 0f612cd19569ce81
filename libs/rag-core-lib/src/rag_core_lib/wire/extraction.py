"""Extraction: what document-extractor answers to admin-backend."""

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import PieceType


class ExtractedPiece(BaseModel):
    """A paragraph, table or page as the extractor found it; not yet cut to a size."""

    type: PieceType
    content: str = Field(min_length=1)
    page: int | None = Field(default=None, ge=1)
    position: int = Field(ge=0)


class PagesRead(BaseModel):
    """How far a sitemap or a space is read."""

    read: int = Field(ge=0, description="Pages that were read or skipped", examples=[12])
    of: int | None = Field(default=None, ge=0, description="Pages that it has; None while that is not known")


class KnownPage(BaseModel):
    """A page of a source, and what its server said of the version that was read; none of it where it said nothing."""

    url: str
    etag: str | None = Field(default=None, description="`ETag` of its answer")
    last_modified: str | None = Field(default=None, description="`Last-Modified` of its answer")
    lastmod: str | None = Field(default=None, description="`lastmod` of its entry in the sitemap")
    version: int | None = Field(default=None, description="Number of its version in Confluence")


class ReadPage(KnownPage):
    """A page that was read, in the order of the pieces; one that has not changed since has none."""

    pieces: int = Field(default=0, ge=0, description="How many of the pieces are its")
    is_unchanged: bool = False


class SkippedPage(BaseModel):
    """A page of a sitemap or a space that could not be read."""

    url: str
    reason: str
    is_gone: bool = Field(default=False, description="The server says that the page does not exist (404 or 410)")


class ExtractionAnswer(BaseModel):
    """Answer of `POST /extract_from_file`."""

    document: str
    media_type: str
    pieces: list[ExtractedPiece]
