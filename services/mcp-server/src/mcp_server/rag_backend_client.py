"""The call to rag-backend; the models here are those of its `POST /chat/{session_id}`."""

import uuid
from collections.abc import Sequence
from typing import Literal

import httpx2
from pydantic import BaseModel, Field, ValidationError

from mcp_server.settings import McpSettings

_LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
"""uvicorn closes a connection after 5 idle seconds; ours are given up before, or a request meets the closing."""
_SHOWN_CHARACTERS = 500
_READINESS_SECONDS = 6.0
"""rag-backend gives each of its own services 5 seconds."""


class Turn(BaseModel):
    """One turn of an earlier conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Citation(BaseModel):
    """A passage the answer rests on."""

    number: int = Field(default=1, description="The number in square brackets in the answer, if it has such")
    document_id: str
    source: str
    page: int | None = Field(default=None, description="Page, from 1; none in formats without pages")
    score: float
    excerpt: str


class ChatAnswer(BaseModel):
    """An answer with what it rests on; `finish_reason` is `nothing_found` when the documents hold nothing about it."""

    answer: str
    citations: list[Citation]
    finish_reason: str


class _Problem(BaseModel):
    """What rag-backend says about a failure."""

    detail: str


class _Readiness(BaseModel):
    """What rag-backend says about the services that it needs."""

    services: dict[str, str]


class RagBackendError(Exception):
    """rag-backend cannot be reached or refused; `str` of it may be shown to the caller."""


class RagBackendClient:
    """Asks rag-backend; one connection pool for the life of the process."""

    def __init__(self, settings: McpSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._client = httpx2.AsyncClient(
            base_url=settings.rag_backend_url,
            timeout=settings.rag_backend_timeout_seconds,
            transport=transport,
            limits=_LIMITS,
        )

    async def ask(self, message: str, history: Sequence[Turn]) -> ChatAnswer:
        """Return the answer to `message`; raises `RagBackendError`."""
        request_id = uuid.uuid4().hex
        body = {"message": message, "history": [turn.model_dump() for turn in history]}
        try:
            response = await self._client.post(f"/chat/{request_id}", json=body, headers={"X-Request-ID": request_id})
        except httpx2.TransportError as error:
            raise RagBackendError(f"rag-backend cannot be reached: {type(error).__name__}") from error
        if response.is_error:
            raise RagBackendError(f"rag-backend answered {response.status_code}: {_reason(response)}")
        try:
            return ChatAnswer.model_validate_json(response.content)
        except ValidationError as error:
            raise RagBackendError("rag-backend answered in a form that is not known here") from error

    async def what_is_wrong(self) -> str | None:
        """Return why rag-backend cannot answer questions now; None when it can."""
        try:
            response = await self._client.get("/readyz", timeout=_READINESS_SECONDS)
        except httpx2.TransportError as error:
            return f"cannot be reached: {type(error).__name__}"
        if response.is_success:
            return None
        try:
            services = _Readiness.model_validate_json(response.content).services
        except ValidationError:
            return f"answered {response.status_code}"
        return "is not ready: " + "; ".join(f"{name}: {said}" for name, said in services.items() if said != "ok")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _reason(response: httpx2.Response) -> str:
    try:
        return _Problem.model_validate_json(response.content).detail
    except ValidationError:
        # Not from rag-backend itself but from something in between.
        return response.text[:_SHOWN_CHARACTERS]
