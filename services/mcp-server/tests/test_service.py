import tomllib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import mcp_server
import rag_core_lib
from mcp_server.main import build_app
from mcp_server.settings import McpSettings

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def test_health_and_version() -> None:
    client = TestClient(build_app())

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/version").json() == {
        "name": "mcp-server",
        "version": mcp_server.__version__,
        "libs": {"rag-core-lib": rag_core_lib.__version__},
    }


def test_requests_are_counted_and_have_an_id() -> None:
    with TestClient(build_app(), "http://localhost:8083") as client:
        answer = client.post("/mcp", json=INITIALIZE, headers={**ACCEPT, "X-Request-ID": "mine"})
        counts = client.get("/metrics").text

    assert answer.headers["X-Request-ID"] == "mine"
    assert 'http_requests_total{method="POST",route="/mcp",status="200"} 1.0' in counts


def test_a_client_is_served_by_streamable_http() -> None:
    with TestClient(build_app(), "http://localhost:8083") as client:
        answer = client.post("/mcp", json=INITIALIZE, headers=ACCEPT)

    assert answer.json()["result"]["serverInfo"]["name"] == "mcp-server"


@pytest.mark.parametrize(("host", "status"), [("rag.example:80", 200), ("localhost:8083", 421)])
def test_only_the_allowed_hosts_are_served(monkeypatch: pytest.MonkeyPatch, host: str, status: int) -> None:
    monkeypatch.setenv("MCP_ALLOWED_HOSTS", "rag.example:*, other.example")

    with TestClient(build_app(), f"http://{host}") as client:
        assert client.post("/mcp", json=INITIALIZE, headers={**ACCEPT, "Host": host}).status_code == status
    assert McpSettings().mcp_allowed_hosts == ("rag.example:*", "other.example")


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert mcp_server.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
