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


class Problem(BaseModel):
    """Body of every answer that is not a success."""

    detail: str
    request_id: str | None = None
