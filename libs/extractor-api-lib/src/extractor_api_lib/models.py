"""What the application answers with."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from rag_core_lib.wire.extraction import KnownPage, ReadPage, SkippedPage


class PieceType(StrEnum):
    """What a piece was in its document; `image` is text that OCR read from a page, or that stands for a picture."""

    TEXT = "text"
    TABLE = "table"
    IMAGE = "image"


class ExtractedPiece(BaseModel):
    """A paragraph, table or page, in the order of the document."""

    type: PieceType
    content: str = Field(
        description="Text; a table has a line for each row and ` | ` between its cells. "
        "Its first line is its header, and is empty where it has none"
    )
    page: int | None = Field(default=None, description="Page, slide or sheet, from 1; None in formats without them")
    position: int = Field(description="Place among the pieces of the document, from 0")
    heading: int | None = Field(default=None, description="Level of a heading, from 1; None for anything else")
    source: str | None = Field(default=None, description="Address of the page it was on; None for an uploaded file")


class ExtractionAnswer(BaseModel):
    """Answer of `POST /extract_from_file` and of `POST /extract_from_source`."""

    document: str = Field(examples=["handbook.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    pieces: list[ExtractedPiece]
    pages: list[ReadPage] = Field(default_factory=list[ReadPage], description="The pages of a source")
    skipped: list[SkippedPage] = Field(default_factory=list[SkippedPage])


class SourceType(StrEnum):
    """What is at an address; `web_page` is any file there that can be read."""

    WEB_PAGE = "web_page"
    SITEMAP = "sitemap"
    CONFLUENCE_SPACE = "confluence_space"


class SourceRequest(BaseModel):
    """Body of `POST /extract_from_source`."""

    url: Annotated[str, Field(max_length=2000, examples=["https://example.org/handbook.html"])]
    type: SourceType = SourceType.WEB_PAGE
    known: list[KnownPage] = Field(
        default_factory=list[KnownPage],
        description="Pages that were read before: those that have not changed are not read",
    )

    @field_validator("url")
    @classmethod
    def _is_plain_http(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address of http or https")
        if parts.username is not None or parts.password is not None:
            raise ValueError("must not hold a user or password: it is shown as the source")
        return url
