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
    admin_state_path: Path = Field(default=Path("state/admin"), description="Folder for what is not kept elsewhere")
    admin_auth: Literal["token", "basic", "off"] = Field(default="token", description="What a caller has to show")
    admin_token: SecretStr | None = Field(default=None, description="Bearer token; made and kept when not given")
    admin_user: str | None = Field(default=None, description="User of basic authentication")
    admin_password: SecretStr | None = Field(default=None, description="Password of basic authentication")

    session_seconds: int = Field(default=28_800, ge=1, description="How long a browser stays signed in")
    document_readers: Literal["administrators", "everyone"] = Field(
        default="administrators", description="Who may read the original files"
    )

    s3_url: str | None = Field(default=None, pattern=r"^https?://", description="Keep uploads there, not in the folder")
    s3_bucket: str = Field(default="documents", pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    s3_region: str = Field(default="us-east-1", min_length=1)
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    redis_url: SecretStr | None = Field(default=None, description="Keep the status there, not in SQLite")
    redis_key: str = Field(default="admin:documents", min_length=1, description="Hash that holds the status")

    document_extractor_url: str = Field(default="http://localhost:8082", pattern=r"^https?://")
    rag_backend_url: str = Field(default="http://localhost:8080", pattern=r"^https?://")
    extraction_timeout_seconds: float = Field(default=600.0, gt=0, description="Longest wait for one document's text")
    indexing_timeout_seconds: float = Field(default=300.0, gt=0, description="Longest wait for rag-backend to index")
    indexing_concurrency: int = Field(default=4, ge=1, description="Documents that are worked on at the same time")
    indexing_attempts: int = Field(default=20, ge=1, description="Tries while a service next door is not available")
    mending_seconds: float = Field(default=15.0, gt=0, description="Pause before unfinished documents are tried again")

    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest upload")
    piece_characters: int = Field(default=1200, ge=100, le=50_000, description="Longest piece")
    piece_overlap_characters: int = Field(default=200, ge=0, description="What a piece repeats of the one before it")

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
