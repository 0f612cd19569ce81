"""Settings of document administration."""

from pathlib import Path

from pydantic import Field, model_validator

from rag_core_lib.settings import ServiceSettings


class AdminSettings(ServiceSettings):
    """Where documents are kept, which services work on them, and how they are cut into pieces."""

    admin_state_path: Path = Field(default=Path("state/admin"), description="Folder for uploads and their status")
    document_extractor_url: str = Field(default="http://localhost:8082", pattern=r"^https?://")
    rag_backend_url: str = Field(default="http://localhost:8080", pattern=r"^https?://")
    extraction_timeout_seconds: float = Field(default=600.0, gt=0, description="Longest wait for one document")
    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest upload")
    piece_characters: int = Field(default=1200, ge=100, le=50_000, description="Longest piece")
    piece_overlap_characters: int = Field(default=200, ge=0, description="What a piece repeats of the one before it")

    @model_validator(mode="after")
    def _overlap_is_less_than_half(self) -> "AdminSettings":
        if self.piece_overlap_characters * 2 > self.piece_characters:
            raise ValueError("piece_overlap_characters must not be more than half of piece_characters")
        return self
