"""The call to rag-backend, in the forms that both share: `rag_core_lib.wire.chat`."""

import uuid
from collections.abc import Sequence

import httpx
from pydantic import ValidationError

from mcp_server.settings import McpSettings
from rag_core_lib.http_client import create_client
from rag_core_lib.request_id import REQUEST_ID_HEADER, current_request_id
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.chat import ChatAnswer, ChatMessage, ChatRequest
from rag_core_lib.wire.status import Problem, Readiness

_SHOWN_CHARACTERS = 500
_READINESS_SECONDS = 6.0
"""rag-backend gives each of its own services 5 seconds."""


class RagBackendError(Exception):
    """rag-backend cannot be reached or refused; `str` of it may be shown to the caller."""


class RagBackendClient:
    """Asks rag-backend; one connection pool for the life of the process."""

    def __init__(
        self,
        settings: McpSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        retries: RetrySettings | None = None,
    ) -> None:
        """Take the place of the network with `transport`, for tests."""
        patient = (retries or RetrySettings()).model_copy(
            update={"timeout_seconds": settings.rag_backend_timeout_seconds}
        )
        self._client = create_client(settings.rag_backend_url, patient, transport)
        if settings.rag_backend_token:
            self._client.headers["Authorization"] = f"Bearer {settings.rag_backend_token.get_secret_value()}"

    async def ask(self, message: str, history: Sequence[ChatMessage], collections: Sequence[str] = ()) -> ChatAnswer:
        """Return the answer to `message`, from these collections where there are any; raises `RagBackendError`."""
        try:
            body = ChatRequest(message=message, history=list(history), collections=list(collections))
        except ValidationError as error:
            raise RagBackendError("; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors())) from error
        session = current_request_id() or uuid.uuid4().hex
        try:
            response = await self._client.post(
                f"/chat/{session}", json=body.model_dump(mode="json"), headers={REQUEST_ID_HEADER: session}
            )
        except httpx.TransportError as error:
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
        except httpx.TransportError as error:
            return f"cannot be reached: {type(error).__name__}"
        if response.is_success:
            return None
        try:
            services = Readiness.model_validate_json(response.content).services
        except ValidationError:
            return f"answered {response.status_code}"
        return "is not ready: " + "; ".join(f"{name}: {said}" for name, said in services.items() if said != "ok")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _reason(response: httpx.Response) -> str:
    try:
        return Problem.model_validate_json(response.content).detail
    except ValidationError:
        # Not from rag-backend itself but from something in between.
        return response.text[:_SHOWN_CHARACTERS]
