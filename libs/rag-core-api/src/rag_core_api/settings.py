"""Settings of retrieval and answers."""

from pathlib import Path

from pydantic import Field, SecretStr

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
    qdrant_collection: str = Field(default="information_pieces", pattern=r"^[A-Za-z0-9_-]{1,128}$")
    qdrant_timeout_seconds: int = Field(default=10, ge=1, description="Longest wait for the server, in seconds")
    retrieval_limit: int = Field(default=12, ge=1, le=100, description="Pieces that are looked at for an answer")
    prompt_characters: int = Field(default=12_000, ge=500, description="Text of all sources that a chat model reads")
    largest_request_mb: int = Field(default=64, ge=1, description="Largest request, in 1,000,000 bytes")
    answer_sentences: int = Field(
        default=6, ge=1, le=20, description="Sentences, lines of lists and rows in an answer without a model, at most"
    )
    answer_characters: int = Field(
        default=450, ge=100, le=5000, description="Characters in an answer without a model, at most"
    )
