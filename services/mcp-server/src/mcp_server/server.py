"""The MCP server and its tools."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from starlette.requests import Request
from starlette.responses import JSONResponse

import rag_core_lib
from mcp_server.rag_backend_client import RagBackendClient, RagBackendError
from mcp_server.settings import McpSettings
from rag_core_lib.tracing import span
from rag_core_lib.wire.chat import ChatAnswer, ChatMessage
from rag_core_lib.wire.status import Health, VersionInfo


def create_server(name: str, version: str, settings: McpSettings, backend: RagBackendClient) -> MCPServer[None]:
    """Return a server with its two chat tools, `/healthz`, `/readyz` and `/version`; it closes `backend` at its end."""

    @asynccontextmanager
    async def close_at_end(_server: MCPServer[None]) -> AsyncGenerator[None]:
        yield
        await backend.aclose()

    about = VersionInfo(name=name, version=version, libs={"rag-core-lib": rag_core_lib.__version__})
    instructions = "Answers questions from the indexed documents."
    server = MCPServer[None](name, version=version, instructions=instructions, lifespan=close_at_end)

    async def chat_simple(question: str, collections: list[str] | None = None) -> ChatAnswer:
        return await _ask(backend, question, [], collections)

    async def chat_with_history(
        question: str, history: list[ChatMessage], collections: list[str] | None = None
    ) -> ChatAnswer:
        return await _ask(backend, question, history, collections)

    server.add_tool(chat_simple, description=settings.chat_simple_description)
    server.add_tool(chat_with_history, description=settings.chat_with_history_description)

    @server.custom_route("/healthz", ["GET"])
    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse(Health().model_dump())

    @server.custom_route("/readyz", ["GET"])
    async def readyz(_request: Request) -> JSONResponse:
        wrong = await backend.what_is_wrong()
        services = {"rag-backend": wrong or "ok"}
        return JSONResponse({"status": "not_ready" if wrong else "ready", "services": services}, 503 if wrong else 200)

    @server.custom_route("/version", ["GET"])
    async def tell_version(_request: Request) -> JSONResponse:
        return JSONResponse(about.model_dump())

    return server


async def _ask(
    backend: RagBackendClient, question: str, history: list[ChatMessage], collections: list[str] | None
) -> ChatAnswer:
    try:
        with span("answer a question"):
            return await backend.ask(question, history, collections or [])
    except RagBackendError as error:
        raise ToolError(str(error)) from error
