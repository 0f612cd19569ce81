"""Chat: what people and mcp-server ask of rag-backend."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import PieceType

SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["demo"])]


class ChatMessage(BaseModel):
    """One turn of an earlier conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1, max_length=20_000)


class ChatRequest(BaseModel):
    """Body of `POST /chat/{session_id}`."""

    message: str = Field(min_length=1, max_length=20_000, examples=["How long is the notice period?"])
    history: list[ChatMessage] = Field(default_factory=list[ChatMessage], max_length=100)


class Citation(BaseModel):
    """A passage the answer rests on."""

    document_id: str
    source: str
    page: int | None = None
    position: int
    type: PieceType
    score: float = Field(description="BM25 score; comparable only within one answer")
    excerpt: str


class FinishReason(StrEnum):
    """Why the answer ends where it does."""

    EXTRACTED = "extracted"
    NOTHING_FOUND = "nothing_found"


class ChatAnswer(BaseModel):
    """Answer of `POST /chat/{session_id}`; citations are in the order of the answer's sentences."""

    answer: str
    citations: list[Citation] = Field(default_factory=list[Citation])
    finish_reason: FinishReason
