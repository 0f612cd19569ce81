"""Extraction: what document-extractor answers to admin-backend."""

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import PieceType


class ExtractedPiece(BaseModel):
    """A paragraph, table or page as the extractor found it; not yet cut to a size."""

    type: PieceType
    content: str = Field(min_length=1)
    page: int | None = Field(default=None, ge=1)
    position: int = Field(ge=0)


class ExtractionAnswer(BaseModel):
    """Answer of `POST /extract_from_file`."""

    document: str
    media_type: str
    pieces: list[ExtractedPiece]
