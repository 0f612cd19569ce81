"""Information pieces: what admin-backend sends to rag-backend."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

DocumentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,127}$", examples=["handbook.pdf"])]


_COLLECTION = re.compile(r"[^\W_](?:[\w .&/-]*[^\W_])?")


def _is_collection(name: str) -> str:
    if not _COLLECTION.fullmatch(name):
        raise ValueError("must begin and end with a letter or digit; blanks and . _ - & / may stand between them")
    return name


CollectionName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=64),
    AfterValidator(_is_collection),
    Field(examples=["Human resources"]),
]
"""What documents are put together under, for people to ask about some of them only. It keeps nobody out."""


class PieceType(StrEnum):
    """What a piece was in its document."""

    TEXT = "text"
    TABLE = "table"
    IMAGE = "image"


MOST_HEADINGS = 10
LONGEST_HEADING = 300
Heading = Annotated[str, Field(min_length=1, max_length=LONGEST_HEADING)]


class InformationPiece(BaseModel):
    """A passage of a document, small enough to be quoted."""

    type: PieceType = PieceType.TEXT
    content: str = Field(min_length=1, max_length=100_000)
    source: str = Field(min_length=1, max_length=1024, description="Where it is from, for people: a file name or a URL")
    page: int | None = Field(default=None, ge=1, description="Page in the document, from 1; None where it has no pages")
    position: int = Field(ge=0, description="Place among the pieces of its document, from 0")
    headings: list[Heading] = Field(
        default_factory=list[str],
        max_length=MOST_HEADINGS,
        description="The headings it is under, the outermost first",
        examples=[["Leave", "Parental leave"]],
    )


class PiecesUpload(BaseModel):
    """Body of `POST /information_pieces/upload`: all pieces of one document, which replace those it had."""

    document_id: DocumentId
    collection: CollectionName | None = Field(default=None, description="The collection of the document, if any")
    pieces: list[InformationPiece] = Field(min_length=1, max_length=100_000)


class PiecesRemoval(BaseModel):
    """Body of `POST /information_pieces/remove`: all pieces of one document."""

    document_id: DocumentId


class PiecesChanged(BaseModel):
    """Answer to both: how many pieces came and went."""

    document_id: DocumentId
    added: int = 0
    removed: int = 0
