"""Settings of extraction."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ExtractorSettings(BaseSettings):
    """Bounds of one file and the way to Tesseract, read from environment variables of the same name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest file")
    max_unpacked_bytes: int = Field(default=500_000_000, ge=1, description="Largest sum of what a DOCX unpacks to")
    max_pages: int = Field(default=2_000, ge=1, description="Most pages of a PDF")
    ocr_command: str = Field(default="tesseract", min_length=1, description="Tesseract's executable")
    ocr_languages: str = Field(default="eng", pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$", description="Joined by +")
    ocr_dots_per_inch: int = Field(default=200, ge=50, le=600, description="Resolution a page is drawn at for OCR")
    ocr_timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for one page")
