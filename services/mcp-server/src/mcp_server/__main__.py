"""The command `mcp-server`: streamable HTTP for clients on the network, `--stdio` for a client that starts it."""

import argparse

import uvicorn

import mcp_server
from mcp_server.rag_backend_client import RagBackendClient
from mcp_server.server import create_server
from mcp_server.settings import McpSettings
from rag_core_lib.patient_protocol import PatientProtocol


def main() -> None:
    """Read the arguments and serve until the end of input or a signal."""
    parser = argparse.ArgumentParser(prog="mcp-server", description="Offers chat as tools of MCP")
    parser.add_argument("--stdio", action="store_true", help="serve the process that started this one, by its pipes")
    parser.add_argument("--host", default="127.0.0.1", help="address for streamable HTTP (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8083, help="port for streamable HTTP (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.stdio:
        settings = McpSettings()
        create_server("mcp-server", mcp_server.__version__, settings, RagBackendClient(settings)).run("stdio")
    else:
        uvicorn.run("mcp_server.main:app", host=arguments.host, port=arguments.port, http=PatientProtocol)


if __name__ == "__main__":
    main()
