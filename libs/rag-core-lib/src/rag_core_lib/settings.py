"""Typed settings: the base that every settings class of the RAG services builds on."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag_core_lib.allowed_hosts import LOCAL_HOSTS, AllowedHosts

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ServiceSettings(BaseSettings):
    """Settings that all services share, read from environment variables of the same name.

    A value that does not fit its type raises `pydantic.ValidationError`, which names the field.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    log_level: LogLevel = Field(default="INFO", description="Least severe level that is logged")
    image_version: str | None = Field(default=None, description="What `/version` tells; an image sets it")
    allowed_hosts: AllowedHosts = Field(
        default=LOCAL_HOSTS, description="`Host` headers that are served, joined by commas; addresses always are"
    )


class RetrySettings(BaseSettings):
    """How calls to another service are bounded and repeated; durations are in seconds."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="HTTP_")

    timeout_seconds: float = Field(default=30.0, gt=0, description="Longest wait for one attempt")
    retries: int = Field(default=3, ge=0, le=10, description="Attempts after the first one")
    backoff_seconds: float = Field(default=0.2, ge=0, description="Pause before the first retry; doubles each time")
    backoff_limit_seconds: float = Field(default=5.0, ge=0, description="Longest pause, whatever a server asks")
