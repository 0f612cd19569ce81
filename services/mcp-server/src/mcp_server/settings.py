"""Settings of the service."""

from pydantic import Field, SecretStr

from rag_core_lib.allowed_hosts import AllowedHosts
from rag_core_lib.settings import ServiceSettings

_SIMPLE = "Answers one question from the indexed documents, with the sentences it rests on and their sources."
_WITH_HISTORY = "Answers a follow-up question from the indexed documents; takes the earlier turns of the conversation."


class McpSettings(ServiceSettings):
    """Read from environment variables of the same name; durations are in seconds."""

    rag_backend_url: str = Field(
        default="http://localhost:8080", pattern=r"^https?://", description="URL of rag-backend"
    )
    rag_backend_token: SecretStr | None = Field(
        default=None, description="Bearer token, where rag-backend asks for one"
    )
    rag_backend_timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for an answer")
    allowed_hosts: AllowedHosts = Field(
        default=("localhost:*", "127.0.0.1:*", "[::1]:*", "mcp-server:*"),
        description="`Host` headers that are served, joined by commas; guards against DNS rebinding",
    )
    chat_simple_description: str = Field(default=_SIMPLE, description="What clients read about `chat_simple`")
    chat_with_history_description: str = Field(
        default=_WITH_HISTORY, description="What clients read about `chat_with_history`"
    )
