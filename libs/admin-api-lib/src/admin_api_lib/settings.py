"""Settings of document administration."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from rag_core_lib.allowed_hosts import LOCAL_HOSTS, AllowedHosts
from rag_core_lib.settings import ServiceSettings


class AdminSettings(ServiceSettings):
    """Where documents are kept, who may change them, which services work on them, and how they are cut."""

    allowed_hosts: AllowedHosts = Field(
        default=(*LOCAL_HOSTS, "admin-backend:*"), description="`Host` headers that are served; addresses always are"
    )
    admin_state_path: Path = Field(
        default=Path("state/admin"), description="Folder for state that is not stored elsewhere"
    )
    admin_auth: Literal["token", "basic", "off"] = Field(
        default="token", description="Required credentials of a caller"
    )
    admin_token: SecretStr | None = Field(
        default=None, description="Bearer token; generated and stored if it is not set"
    )
    admin_user: str | None = Field(default=None, description="User of basic authentication")
    admin_password: SecretStr | None = Field(default=None, description="Password of basic authentication")

    session_seconds: int = Field(default=28_800, ge=1, description="How long a browser stays signed in")
    document_readers: Literal["administrators", "everyone"] = Field(
        default="administrators", description="Who may read the original files"
    )

    s3_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Store uploads there, not in the folder"
    )
    s3_bucket: str = Field(
        default="documents",
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="Bucket; created if it is missing",
    )
    s3_region: str = Field(default="us-east-1", min_length=1, description="Region that requests are signed for")
    s3_access_key: SecretStr | None = Field(default=None, description="Required with `S3_URL`")
    s3_secret_key: SecretStr | None = Field(default=None, description="Required with `S3_URL`")
    redis_url: SecretStr | None = Field(default=None, description="Store the status there instead of in SQLite")
    redis_key: str = Field(default="admin:documents", min_length=1, description="Hash that holds the status")

    most_feedback: int = Field(default=10_000, ge=1, description="Number of newest reports about answers to keep")
    feedback_per_minute: int = Field(
        default=60, ge=0, description="Reports about answers that one client may send in a minute; 0 for no limit"
    )
    uploads_per_minute: int = Field(
        default=0, ge=0, description="Files and sources that one client may add in a minute; 0 for no limit"
    )
    sign_ins_per_minute: int = Field(
        default=30, ge=0, description="Tries to sign in that one client has in a minute; 0 for no limit"
    )

    document_extractor_url: str = Field(
        default="http://localhost:8082", pattern=r"^https?://", description="URL of document-extractor"
    )
    rag_backend_url: str = Field(
        default="http://localhost:8080", pattern=r"^https?://", description="URL of rag-backend"
    )
    extraction_timeout_seconds: float = Field(
        default=600.0, gt=0, description="Time limit for the text of one document"
    )
    indexing_timeout_seconds: float = Field(default=300.0, gt=0, description="Time limit for rag-backend to index")
    indexing_concurrency: int = Field(default=4, ge=1, description="Documents that are processed at the same time")
    indexing_attempts: int = Field(default=20, ge=1, description="Attempts while another service is unavailable")
    mending_seconds: float = Field(default=15.0, gt=0, description="Pause before unfinished documents are tried again")

    recrawl_hours: float = Field(
        default=0.0, ge=0, description="Age at which web pages, sitemaps and spaces are read again; 0 for never"
    )
    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest upload")
    piece_characters: int = Field(default=1200, ge=100, le=50_000, description="Longest chunk")
    piece_overlap_characters: int = Field(default=200, ge=0, description="Overlap of a chunk with the previous one")

    @model_validator(mode="after")
    def _overlap_is_less_than_half(self) -> "AdminSettings":
        if self.piece_overlap_characters * 2 > self.piece_characters:
            raise ValueError("piece_overlap_characters must not be more than half of piece_characters")
        return self

    @model_validator(mode="after")
    def _what_belongs_together_is_given(self) -> "AdminSettings":
        if self.admin_auth == "basic" and not (self.admin_user and self.admin_password):
            raise ValueError("admin_auth=basic needs admin_user and admin_password")
        if self.s3_url and not (self.s3_access_key and self.s3_secret_key):
            raise ValueError("s3_url needs s3_access_key and s3_secret_key")
        return self
