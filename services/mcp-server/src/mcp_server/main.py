"""The ASGI application: `uvicorn mcp_server.main:app`."""

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

import mcp_server
from mcp_server.rag_backend_client import RagBackendClient
from mcp_server.server import create_server
from mcp_server.settings import McpSettings
from rag_core_lib.client_patience import ClientPatienceMiddleware
from rag_core_lib.observation import observe
from rag_core_lib.request_id import RequestIdMiddleware
from rag_core_lib.settings import RetrySettings
from rag_core_lib.structured_logging import configure_logging
from rag_core_lib.tracing import TracingSettings, configure_tracing

SETTINGS = (McpSettings, RetrySettings, TracingSettings)
"""All that the environment is read for; `settings.json` is generated from these."""


def build_app() -> Starlette:
    """Return the application, set up from the environment: MCP over streamable HTTP at `/mcp`.

    It keeps no session, so that any number of processes can share the work.
    """
    settings = McpSettings()
    version = settings.image_version or mcp_server.__version__
    configure_logging("mcp-server", settings.log_level)
    configure_tracing("mcp-server", version, TracingSettings())
    server = create_server("mcp-server", version, settings, RagBackendClient(settings))
    hosts = list(settings.allowed_hosts)
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
    app.add_middleware(ClientPatienceMiddleware, seconds=settings.slow_client_seconds)
    app.add_middleware(RequestIdMiddleware)
    observe(app)
    return app


app = build_app()
