"""Settings of retrieval and answers."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from rag_core_lib.allowed_hosts import LOCAL_HOSTS, AllowedHosts
from rag_core_lib.settings import ServiceSettings


class RagSettings(ServiceSettings):
    """Where pieces are kept and how much of them an answer uses."""

    allowed_hosts: AllowedHosts = Field(
        default=(*LOCAL_HOSTS, "rag-backend:*"), description="`Host` headers that are served; addresses always are"
    )
    qdrant_url: str | None = Field(default=None, description="Qdrant server; without it Qdrant is embedded")
    qdrant_api_key: SecretStr | None = Field(default=None, description="Key for the server")
    qdrant_path: Path = Field(default=Path("state/qdrant"), description="Folder of the embedded Qdrant")
    qdrant_collection: str = Field(
        default="information_pieces",
        pattern=r"^[A-Za-z0-9_-]{1,128}$",
        description="Collection there, made when it is missing",
    )
    qdrant_timeout_seconds: int = Field(default=10, ge=1, description="Longest wait for the server, in seconds")
    retrieval_limit: int = Field(default=12, ge=1, le=100, description="Pieces that are looked at for an answer")
    prompt_characters: int = Field(default=12_000, ge=500, description="Text of all sources that a chat model reads")
    chat_system_prompt: str | None = Field(
        default=None,
        max_length=20_000,
        description="Role and tone of the chat model, in place of the default in the language of the question; the "
        "rules about sources and their numbers are added to it",
    )
    chat_auth: Literal["off", "token", "basic", "oidc"] = Field(
        default="off", description="Required credentials: none, a token, user and password, or a JWT"
    )
    chat_token: SecretStr | None = Field(default=None, min_length=16, description="Bearer token for `token`")
    chat_user: str | None = Field(default=None, description="User for `basic`")
    chat_password: SecretStr | None = Field(default=None, description="Password for `basic`")
    oidc_issuer: str | None = Field(
        default=None, pattern=r"^https?://", description="Identity provider for `oidc`, as in its tokens"
    )
    oidc_audience: str | None = Field(default=None, description="Audience that the tokens must have")
    chat_session_seconds: int = Field(
        default=28_800, ge=1, description="How long a browser stays signed in to ask, in seconds"
    )
    chat_requests_per_minute: int = Field(
        default=0, ge=0, description="Questions that one client may ask in a minute; 0 for no limit"
    )
    admin_backend_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Where admin-backend is, which lists the questions that the documents had no answer to",
    )
    largest_request_mb: int = Field(default=64, ge=1, description="Largest request, in 1,000,000 bytes")
    answer_sentences: int = Field(
        default=6, ge=1, le=20, description="Sentences, lines of lists and rows in an answer without a model, at most"
    )
    answer_characters: int = Field(
        default=450, ge=100, le=5000, description="Characters in an answer without a model, at most"
    )

    @model_validator(mode="after")
    def _what_belongs_together_is_given(self) -> Self:
        needed = {
            "token": {"CHAT_TOKEN": self.chat_token},
            "basic": {"CHAT_USER": self.chat_user, "CHAT_PASSWORD": self.chat_password},
            "oidc": {"OIDC_ISSUER": self.oidc_issuer, "OIDC_AUDIENCE": self.oidc_audience},
        }
        missing = [name for name, value in needed.get(self.chat_auth, {}).items() if not value]
        if missing:
            raise ValueError(f"CHAT_AUTH={self.chat_auth} needs {' and '.join(missing)}")
        return self
