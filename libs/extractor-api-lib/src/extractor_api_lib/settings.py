"""Settings of extraction."""

import os

from pydantic import Field, SecretStr

from rag_core_lib.allowed_hosts import AllowedHosts
from rag_core_lib.settings import ServiceSettings


class ExtractorSettings(ServiceSettings):
    """Bounds of one file and of one fetched page, and the way to Tesseract, read from the environment."""

    allowed_hosts: AllowedHosts = Field(
        default=("localhost:*", "document-extractor:*"),
        description="`Host` headers that are served, separated by commas; addresses always are",
    )
    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest file, and largest page that is fetched")
    max_unpacked_bytes: int = Field(default=500_000_000, ge=1, description="Largest sum of what an archive unpacks to")
    max_part_bytes: int = Field(default=100_000_000, ge=1, description="Largest part of an archive that is read")
    max_text_characters: int = Field(default=20_000_000, ge=1, description="Longest text of one document")
    max_pages: int = Field(default=2_000, ge=1, description="Most pages, slides, sheets or chapters")
    document_timeout_seconds: float = Field(default=300.0, gt=0, description="Longest time for one document")
    document_cpu_seconds: int = Field(
        default=60, ge=1, description="Most processor time for one document, without that of Tesseract"
    )
    queue_timeout_seconds: float = Field(default=240.0, gt=0, description="Longest wait for a free worker")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Documents that are read at the same time; without it, one for each processor",
    )
    worker_memory_bytes: int = Field(default=2_000_000_000, ge=200_000_000, description="Most memory of a worker")
    ocr_command: str | None = Field(default=None, description="A `tesseract` to run in place of the package tesserocr")
    ocr_languages: str = Field(
        default="deu+eng",
        pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$",
        description="Languages of the text that Tesseract reads, joined by +",
    )
    ocr_dots_per_inch: int = Field(default=200, ge=50, le=600, description="Resolution of page images for OCR")
    ocr_timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for one page")
    allow_private_addresses: bool = Field(default=False, description="Fetch from addresses that are not public too")
    fetch_timeout_seconds: float = Field(default=30.0, gt=0, description="Longest time for fetching one page")
    confluence_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Confluence, such as `https://example.atlassian.net/wiki`"
    )
    confluence_user: str | None = Field(default=None, description="Account for Confluence Cloud; none for Data Center")
    confluence_token: SecretStr | None = Field(default=None, description="API token, or personal access token")
    max_source_pages: int = Field(default=200, ge=1, description="Most pages of a sitemap or of a space")
    source_timeout_seconds: float = Field(default=480.0, gt=0, description="Longest time for a whole sitemap or space")
