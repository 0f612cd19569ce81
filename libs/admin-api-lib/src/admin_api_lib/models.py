"""What the application answers with."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class DocumentState(StrEnum):
    """Where a document stands; `error` comes with its reason."""

    PROCESSING = "processing"
    READY = "ready"
    ERROR = "error"


class DocumentStatus(BaseModel):
    """A document and where it stands."""

    identification: str = Field(examples=["staff-handbook-5268cff13585.pdf"])
    file_name: str = Field(description="The name it was uploaded under", examples=["Staff Handbook.pdf"])
    state: DocumentState
    reason: str | None = Field(default=None, description="Why it could not be indexed")
    pieces: int = Field(default=0, description="Pieces that were indexed last")
    changed: datetime = Field(description="When the state changed, in UTC")
