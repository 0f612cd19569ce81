"""The state of the index: what admin-backend asks rag-backend, to find out whether all of its documents are there."""

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import DocumentId


class IndexSummary(BaseModel):
    """Answer of `GET /information_pieces/index`."""

    documents: int = Field(description="Documents that are found")
    pieces: int = Field(description="Their pieces, and those that are being stored or deleted")
    outdated: int = Field(default=0, description="Documents without vectors of the embedding model that is used now")
    incomplete: str | None = Field(default=None, description="Why documents are missing; questions are refused then")


class IndexedDocument(BaseModel):
    """A document as it is in the index."""

    pieces: int
    outdated: bool = Field(default=False, description="It has no vectors of the embedding model that is used now")


class IndexListing(BaseModel):
    """Answer of `GET /information_pieces/documents`."""

    documents: dict[DocumentId, IndexedDocument]


class IndexCompleteness(BaseModel):
    """Body of `POST /information_pieces/index`: what whoever keeps the originals says of the index."""

    incomplete: str | None = Field(
        default=None, max_length=1000, description="Why documents are missing; none when all of them are there again"
    )
