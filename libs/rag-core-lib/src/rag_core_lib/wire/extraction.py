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


class ExtractionAnswer(BaseModel):
    """Answer of `POST /extract_from_file`."""

    document: str
    media_type: str
    pieces: list[ExtractedPiece]
