"""What every service says about itself."""

from typing import Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """Answer of `GET /healthz`: the process serves requests; says nothing about backing services."""

    status: Literal["ok"] = "ok"


class VersionInfo(BaseModel):
    """Answer of `GET /version`."""

    name: str = Field(examples=["rag-backend"])
    version: str = Field(examples=["0.1.0"])
    libs: dict[str, str] = Field(default_factory=dict, description="Versions of the local libraries it runs with")


class Readiness(BaseModel):
    """Answer of `GET /readyz`: 200 when every backing service can be asked, 503 otherwise."""

    status: Literal["ready", "not_ready"] = "ready"
    services: dict[str, str] = Field(
        default_factory=dict,
        description="For each backing service `ok`, or what is wrong with it",
        examples=[{"qdrant": "ok", "chat": "the chat endpoint at llm:8000 cannot be reached"}],
    )


class Problem(BaseModel):
    """Body of every answer that is not a success."""

    detail: str = Field(examples=["the chat endpoint at llm:8000 cannot be reached"])
    request_id: str | None = Field(default=None, examples=["0f9c3a2b4d5e6f708192a3b4c5d6e7f8"])
