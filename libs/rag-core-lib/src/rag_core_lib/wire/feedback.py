"""Feedback: what the page and rag-backend tell admin-backend about answers."""

from enum import StrEnum

from pydantic import BaseModel, Field


class FeedbackKind(StrEnum):
    """`unanswered`: the documents had no answer, which rag-backend reports; the others are what a person says."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    UNANSWERED = "unanswered"


class FeedbackPassage(BaseModel):
    """A passage that the answer rested on."""

    document_id: str = Field(max_length=128)
    source: str = Field(max_length=1024)
    excerpt: str = Field(default="", max_length=2000)


class FeedbackReport(BaseModel):
    """Body of `POST /feedback`."""

    kind: FeedbackKind
    question: str = Field(min_length=1, max_length=20_000, examples=["How long is the notice period?"])
    answer: str = Field(default="", max_length=20_000)
    comment: str = Field(default="", max_length=2000, description="What a person adds", examples=["It is outdated."])
    session: str = Field(default="", max_length=64, description="The conversation, as in `POST /chat/{session_id}`")
    turn: str = Field(
        default="", max_length=64, description="The answer in it; a later report about it replaces this one"
    )
    passages: list[FeedbackPassage] = Field(default_factory=list[FeedbackPassage], max_length=20)
