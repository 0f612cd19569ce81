"""Chat: what people and mcp-server ask of rag-backend."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import CollectionName, PieceType

SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["demo"])]


class ChatMessage(BaseModel):
    """One turn of an earlier conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1, max_length=20_000)


MOST_COLLECTIONS = 50
_EXAMPLE_HISTORY = [
    {"role": "user", "content": "How long is the notice period?"},
    {"role": "assistant", "content": "The notice period is four weeks to the end of a month."},
]


class ChatRequest(BaseModel):
    """Body of `POST /chat/{session_id}`."""

    message: str = Field(min_length=1, max_length=20_000, examples=["How long is the notice period?"])
    history: list[ChatMessage] = Field(
        default_factory=list[ChatMessage],
        max_length=100,
        description="The earlier turns, the oldest first; a follow-up is understood by them",
        examples=[[], _EXAMPLE_HISTORY],
    )
    collections: list[CollectionName] = Field(
        default_factory=list[str],
        max_length=MOST_COLLECTIONS,
        description="Answer from documents of these collections alone; none: from all documents",
    )


class Collections(BaseModel):
    """Answer of `GET /collections`: what a question can be limited to, in the order of their names."""

    collections: list[str] = Field(examples=[["Engineering", "Human resources"]])


NOTHING_FOUND = {
    "en": "I found nothing about that in the documents.",
    "de": "Dazu habe ich in den Dokumenten nichts gefunden.",
}
"""The answer when nothing is found, by the language of the question; `finish_reason` says it to programs."""


class Citation(BaseModel):
    """A passage the answer rests on."""

    number: int = Field(
        default=1, ge=1, description="As in the answer, such as [2]; extractive answers count sentences"
    )
    document_id: str = Field(examples=["handbook.pdf"])
    source: str = Field(examples=["Handbook.pdf"], description="File name or URL, for people")
    page: int | None = Field(default=None, description="Page, from 1; none in formats without pages", examples=[12])
    position: int = Field(description="Place among the pieces of the document, from 0", examples=[31])
    type: PieceType
    score: float = Field(description="How well the passage was found; comparable only within one answer")
    excerpt: str = Field(examples=["The notice period is four weeks to the end of a month."])
    headings: list[str] = Field(
        default_factory=list[str], description="The headings it is under, the outermost first", examples=[["Notice"]]
    )


class FinishReason(StrEnum):
    """Why the answer ends where it does.

    `extracted`: sentences of the documents, no chat model took part; `generated`: a chat model came to its end;
    `length`: it was cut at its longest answer; `nothing_found`: the documents hold nothing about the question, and
    citations are the nearest passages; `small_talk`: nothing was asked.
    """

    EXTRACTED = "extracted"
    GENERATED = "generated"
    LENGTH = "length"
    NOTHING_FOUND = "nothing_found"
    SMALL_TALK = "small_talk"


class ChatAnswer(BaseModel):
    """Answer of `POST /chat/{session_id}`; citations are in the order in which the answer needs them."""

    answer: str = Field(examples=["The notice period is four weeks to the end of a month."])
    citations: list[Citation] = Field(default_factory=list[Citation])
    finish_reason: FinishReason
    model_failure: str | None = Field(
        default=None,
        description="Why the chat model that is set up took no part in an `extracted` answer",
        examples=["the chat endpoint at llm:8000 cannot be reached"],
    )


def nothing_found(language: Literal["en", "de"]) -> ChatAnswer:
    """Return the answer that says so, in the language of the question."""
    return ChatAnswer(answer=NOTHING_FOUND[language], finish_reason=FinishReason.NOTHING_FOUND)
