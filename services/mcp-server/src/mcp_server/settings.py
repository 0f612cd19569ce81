"""Settings of the service."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_SIMPLE = "Answers one question from the indexed documents, with the sentences it rests on and their sources."
_WITH_HISTORY = "Answers a follow-up question from the indexed documents; takes the earlier turns of the conversation."


class McpSettings(BaseSettings):
    """Read from environment variables of the same name; durations are in seconds."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    image_version: str | None = Field(default=None, description="What `/version` tells; an image sets it")
    rag_backend_url: str = Field(default="http://localhost:8080", pattern=r"^https?://")
    rag_backend_timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for an answer")
    mcp_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("localhost:*", "127.0.0.1:*", "[::1]:*", "mcp-server:*"),
        description="`Host` headers that are served, joined by commas; guards against DNS rebinding",
    )
    chat_simple_description: str = Field(default=_SIMPLE, description="What clients read about `chat_simple`")
    chat_with_history_description: str = Field(
        default=_WITH_HISTORY, description="What clients read about `chat_with_history`"
    )

    @field_validator("mcp_allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
