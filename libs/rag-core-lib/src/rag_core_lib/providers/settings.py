"""Settings of the model endpoints."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EndpointSettings(BaseSettings):
    """An OpenAI-compatible endpoint; without a URL it is not used."""

    base_url: str | None = Field(default=None, pattern=r"^https?://", description="Up to and with `/v1`")
    model: str | None = Field(default=None, description="Name of the model there")
    api_key: SecretStr | None = Field(default=None, description="Sent as a bearer token")
    timeout_seconds: float = Field(default=60.0, gt=0, description="Longest wait for a whole answer, with all retries")

    @model_validator(mode="after")
    def _a_url_needs_a_model(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError(f"{self.model_config.get('env_prefix')}BASE_URL is set, so MODEL has to be set too")
        return self


class EmbeddingSettings(EndpointSettings):
    """Read from `EMBEDDING_…`: the endpoint for `POST /embeddings`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="EMBEDDING_")

    batch_size: int = Field(default=64, ge=1, le=2048, description="Texts in one call")
    question_prefix: str = Field(default="", description="Put before a question, for models that want it")
    document_prefix: str = Field(default="", description="Put before a passage, for models that want it")


class RerankSettings(EndpointSettings):
    """Read from `RERANK_…`: the endpoint for `POST /rerank`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="RERANK_")

    style: Literal["tei", "documents"] = Field(
        default="documents",
        description="Form of the call: `tei` for text-embeddings-inference, `documents` for all others",
    )
    batch_size: int = Field(default=32, ge=1, le=1000, description="Texts in one call")
    longest_text: int = Field(default=4000, ge=100, description="Characters of a text that are sent")


class LocalEmbeddingSettings(BaseSettings):
    """Read from `LOCAL_EMBEDDING_…`: a model in this process, by fastembed; without a model it is not used."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="LOCAL_EMBEDDING_")

    model: str | None = Field(
        default=None, description="Name of a model of fastembed, such as `intfloat/multilingual-e5-small`"
    )
    path: Path = Field(default=Path("state/models"), description="Folder that models are kept in")
    sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="Digest of the model's ONNX file; another one is refused"
    )
    may_download: bool = Field(default=False, description="Download a model that is not in the folder")
    threads: int = Field(default=0, ge=0, description="Threads of the model; 0 for as many as there are cores")
    batch_size: int = Field(default=32, ge=1, le=1024, description="Texts that are embedded at the same time")
    question_prefix: str = Field(default="query: ", description="Put before a question, for models that want it")
    document_prefix: str = Field(default="passage: ", description="Put before a passage, for models that want it")


class ChatModelSettings(EndpointSettings):
    """Read from `CHAT_…`: the endpoint for `POST /chat/completions`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="CHAT_")

    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=1024, ge=1, description="Longest answer, in tokens of the model")
