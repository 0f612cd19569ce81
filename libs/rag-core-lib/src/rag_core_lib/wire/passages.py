"""Passages: what a reader of a citation asks of rag-backend."""

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import DocumentId, InformationPiece


class Passages(BaseModel):
    """Answer of `GET /passages/{document_id}`: neighbouring pieces in the order of the document."""

    document_id: DocumentId
    pieces: list[InformationPiece] = Field(min_length=1)
