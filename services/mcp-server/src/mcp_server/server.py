"""The MCP server and its tools."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from starlette.requests import Request
from starlette.responses import JSONResponse

from mcp_server.rag_backend_client import ChatAnswer, RagBackendClient, RagBackendError, Turn
from mcp_server.settings import McpSettings


def create_server(name: str, version: str, settings: McpSettings, backend: RagBackendClient) -> MCPServer[None]:
    """Return a server with its two chat tools, `/healthz`, `/readyz` and `/version`; it closes `backend` at its end."""

    @asynccontextmanager
    async def close_at_end(_server: MCPServer[None]) -> AsyncGenerator[None]:
        yield
        await backend.aclose()

    instructions = "Answers questions from the indexed documents."
    server = MCPServer[None](name, version=version, instructions=instructions, lifespan=close_at_end)

    async def chat_simple(question: str) -> ChatAnswer:
        return await _ask(backend, question, [])

    async def chat_with_history(question: str, history: list[Turn]) -> ChatAnswer:
        return await _ask(backend, question, history)

    server.add_tool(chat_simple, description=settings.chat_simple_description)
    server.add_tool(chat_with_history, description=settings.chat_with_history_description)

    @server.custom_route("/healthz", ["GET"])
    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @server.custom_route("/readyz", ["GET"])
    async def readyz(_request: Request) -> JSONResponse:
        wrong = await backend.what_is_wrong()
        services = {"rag-backend": wrong or "ok"}
        return JSONResponse({"status": "not_ready" if wrong else "ready", "services": services}, 503 if wrong else 200)

    @server.custom_route("/version", ["GET"])
    async def tell_version(_request: Request) -> JSONResponse:
        return JSONResponse({"name": name, "version": version, "libs": {}})

    return server


async def _ask(backend: RagBackendClient, question: str, history: list[Turn]) -> ChatAnswer:
    try:
        return await backend.ask(question, history)
    except RagBackendError as error:
        raise ToolError(str(error)) from error
