"""What the application answers with."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field


class PieceType(StrEnum):
    """What a piece was in its document; `image` is text that OCR read from a page."""

    TEXT = "text"
    TABLE = "table"
    IMAGE = "image"


class ExtractedPiece(BaseModel):
    """A paragraph, table or page, in the order of the document."""

    type: PieceType
    content: str = Field(description="Text; a table has a line for each row and ` | ` between its cells")
    page: int | None = Field(default=None, description="Page, from 1; None in formats without pages")
    position: int = Field(description="Place among the pieces of the document, from 0")


class ExtractionAnswer(BaseModel):
    """Answer of `POST /extract_from_file`."""

    document: str = Field(examples=["handbook.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    pieces: list[ExtractedPiece]


class Problem(BaseModel):
    """Body of every answer that is not a success."""

    detail: str = Field(examples=["handbook.pdf: the file is not a PDF"])


class Health(BaseModel):
    """Answer of `GET /healthz`."""

    status: Literal["ok"] = "ok"


class VersionInfo(BaseModel):
    """Answer of `GET /version`."""

    name: str
    version: str
    libs: dict[str, str] = Field(default_factory=dict, description="Versions of the local libraries it runs with")
