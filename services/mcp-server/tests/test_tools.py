import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from mcp.client import Client
from mcp.types import CallToolResult, TextContent
from starlette.testclient import TestClient

from mcp_server.rag_backend_client import RagBackendClient
from mcp_server.server import create_server
from mcp_server.settings import McpSettings
from rag_core_lib.settings import RetrySettings

QUICK = RetrySettings(retries=1, backoff_seconds=0)
ANSWER = {
    "answer": "Four weeks.",
    "citations": [
        {
            "document_id": "a.pdf",
            "source": "A.pdf",
            "page": 2,
            "position": 0,
            "type": "text",
            "score": 1.5,
            "excerpt": "x",
        }
    ],
    "finish_reason": "extracted",
}
Backend = Callable[[httpx.Request], httpx.Response]


def _call(backend: Backend, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    settings = McpSettings()
    server = create_server("demo", "1", settings, RagBackendClient(settings, httpx.MockTransport(backend), QUICK))

    async def call() -> CallToolResult:
        async with Client(server) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_chat_simple_asks_rag_backend_and_returns_its_answer_with_the_source() -> None:
    requests: list[httpx.Request] = []

    def backend(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ANSWER)

    result = _call(backend, "chat_simple", {"question": "Notice period?"})

    assert json.loads(requests[0].content) == {"message": "Notice period?", "history": [], "collections": []}
    assert requests[0].url.path == f"/chat/{requests[0].headers['X-Request-ID']}"
    assert result.structured_content is not None
    assert result.structured_content["answer"] == "Four weeks."
    assert result.structured_content["citations"][0]["page"] == 2


def test_chat_with_history_sends_the_turns_along() -> None:
    bodies: list[dict[str, Any]] = []

    def backend(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=ANSWER)

    history = [{"role": "user", "content": "Notice period?"}, {"role": "assistant", "content": "Four weeks."}]
    result = _call(backend, "chat_with_history", {"question": "For managers?", "history": history})

    assert not result.is_error
    assert bodies == [{"message": "For managers?", "history": history, "collections": []}]


@pytest.mark.parametrize("more", [("chat_simple", {}), ("chat_with_history", {"history": []})])
def test_a_question_is_limited_to_the_collections_that_are_named(more: tuple[str, dict[str, Any]]) -> None:
    bodies: list[dict[str, Any]] = []

    def backend(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=ANSWER)

    tool, arguments = more
    result = _call(backend, tool, {"question": "?", "collections": ["Staff", "R&D"], **arguments})

    assert not result.is_error
    assert bodies[0]["collections"] == ["Staff", "R&D"]
    refused = _call(backend, tool, {"question": "?", "collections": ["<no name>"], **arguments})
    assert refused.is_error
    assert "must begin and end with a letter or digit" in _text(refused)


def _refuse(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def _always(response: httpx.Response) -> Backend:
    def answer(_request: httpx.Request) -> httpx.Response:
        return response

    return answer


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (_refuse, "rag-backend cannot be reached: ConnectError"),
        (_always(httpx.Response(503, text="no folder")), "rag-backend answered 503: no folder"),
        (_always(httpx.Response(503, json={"detail": "no Qdrant"})), "rag-backend answered 503: no Qdrant"),
        (_always(httpx.Response(200, json={})), "in a form that is not known here"),
    ],
)
def test_a_failure_of_rag_backend_is_told_as_a_tool_error(backend: Backend, reason: str) -> None:
    result = _call(backend, "chat_simple", {"question": "?"})

    assert result.is_error
    assert reason in _text(result)


def test_the_connections_are_closed_at_the_end() -> None:
    class Transport(httpx.MockTransport):
        closed = 0

        async def aclose(self) -> None:
            self.closed += 1

    transport = Transport(_always(httpx.Response(200, json=ANSWER)))
    settings = McpSettings()
    server = create_server("demo", "1", settings, RagBackendClient(settings, transport))
    with TestClient(server.streamable_http_app()):
        assert transport.closed == 0

    assert transport.closed == 1


def test_descriptions_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_SIMPLE_DESCRIPTION", "Asks the handbook.")
    settings = McpSettings()
    server = create_server("demo", "1", settings, RagBackendClient(settings))

    async def descriptions() -> dict[str, str | None]:
        async with Client(server) as client:
            return {tool.name: tool.description for tool in (await client.list_tools()).tools}

    assert asyncio.run(descriptions()) == {
        "chat_simple": "Asks the handbook.",
        "chat_with_history": McpSettings().chat_with_history_description,
    }
