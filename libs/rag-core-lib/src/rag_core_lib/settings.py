"""Typed settings: the base that every settings class of the RAG services builds on."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag_core_lib.allowed_hosts import LOCAL_HOSTS, AllowedHosts

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

LEAST_BYTES_PER_SECOND = 10_000
"""What a client has to be able to send and to take, besides `slow_client_seconds` that each has anyway."""


class ServiceSettings(BaseSettings):
    """Settings that all services share, read from environment variables of the same name.

    A value that does not fit its type raises `pydantic.ValidationError`, which names the field.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    log_level: LogLevel = Field(default="INFO", description="Minimum level of log messages")
    slow_client_seconds: float = Field(
        default=30.0,
        gt=0,
        description="How long a client may take to send the headers of a request, to send its body and to take a part "
        "of its answer, besides 1 s for each 10 kB",
    )
    image_version: str | None = Field(default=None, description="Version that `/version` returns; set by the image")
    allowed_hosts: AllowedHosts = Field(
        default=LOCAL_HOSTS, description="`Host` headers that are served, separated by commas; addresses always are"
    )


class RetrySettings(BaseSettings):
    """How calls to another service are bounded and repeated; durations are in seconds."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, env_prefix="HTTP_")

    timeout_seconds: float = Field(default=30.0, gt=0, description="Time limit of one attempt")
    retries: int = Field(default=3, ge=0, le=10, description="Attempts after the first one")
    backoff_seconds: float = Field(default=0.2, ge=0, description="Pause before the first retry; doubles each time")
    backoff_limit_seconds: float = Field(default=5.0, ge=0, description="Longest pause, even if a server asks for more")
