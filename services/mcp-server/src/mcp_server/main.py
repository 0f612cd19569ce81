"""The ASGI application: `uvicorn mcp_server.main:app`."""

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

import mcp_server
from mcp_server.rag_backend_client import RagBackendClient
from mcp_server.server import create_server
from mcp_server.settings import McpSettings


def build_app() -> Starlette:
    """Return the application, set up from the environment: MCP over streamable HTTP at `/mcp`.

    It keeps no session, so that any number of processes can share the work.
    """
    settings = McpSettings()
    version = settings.image_version or mcp_server.__version__
    server = create_server("mcp-server", version, settings, RagBackendClient(settings))
    hosts = list(settings.mcp_allowed_hosts)
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    return server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)


app = build_app()
