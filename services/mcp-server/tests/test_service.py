import tomllib
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

import mcp_server
import rag_core_lib
from mcp_server.main import build_app
from mcp_server.rag_backend_client import RagBackendClient
from mcp_server.server import create_server
from mcp_server.settings import McpSettings
from rag_core_lib.settings import RetrySettings

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
    monkeypatch.setenv("ALLOWED_HOSTS", "rag.example:*, other.example")

    with TestClient(build_app(), f"http://{host}") as client:
        assert client.post("/mcp", json=INITIALIZE, headers={**ACCEPT, "Host": host}).status_code == status
    assert McpSettings().allowed_hosts == ("rag.example:*", "other.example")


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (httpx.Response(200, json={"status": "ready", "services": {}}), None),
        (httpx.Response(503, json={"services": {"qdrant": "is full", "chat": "ok"}}), "is not ready: qdrant: is full"),
        (httpx.Response(502, text="bad gateway"), "answered 502"),
        (httpx.ConnectError("refused"), "cannot be reached: ConnectError"),
    ],
)
def test_readiness_is_that_of_rag_backend(answer: httpx.Response | httpx.ConnectError, wrong: str | None) -> None:
    def answered(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/readyz"
        if isinstance(answer, httpx.ConnectError):
            raise answer
        return answer

    settings = McpSettings()
    backend = RagBackendClient(settings, httpx.MockTransport(answered), RetrySettings(retries=0))
    app = create_server("demo", "1", settings, backend).streamable_http_app()

    found = TestClient(app).get("/readyz")

    assert found.status_code == (503 if wrong else 200)
    assert found.json() == {"status": "not_ready" if wrong else "ready", "services": {"rag-backend": wrong or "ok"}}


def test_version_is_the_one_of_the_manifest() -> None:
    manifest = Path(__file__).parents[1] / "pyproject.toml"

    assert mcp_server.__version__ == tomllib.loads(manifest.read_text("utf-8"))["project"]["version"]
