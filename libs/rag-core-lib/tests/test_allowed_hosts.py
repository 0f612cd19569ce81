from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag_core_lib.allowed_hosts import is_allowed
from rag_core_lib.service_app import create_service_app
from rag_core_lib.settings import ServiceSettings
from rag_core_lib.wire.status import VersionInfo

ALLOWED = frozenset({"localhost:*", "docs.example.org", "rag-backend:8080"})


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncGenerator[None]:
    yield


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8080", "LOCALHOST:1", "localhost.:8080", "docs.example.org", "Docs.Example.ORG",
        "rag-backend:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "[::1]", "10.2.3.4:8080", "[fe80::1]:80",
    ],
)  # fmt: skip
def test_known_names_and_addresses_are_served(host: str) -> None:
    assert is_allowed(host.lower(), ALLOWED)


@pytest.mark.parametrize(
    "host",
    [
        "", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example:8080",
        "docs.example.org:8443", "rag-backend", "rag-backend:80801", "localhost:8080@evil.example", "localhost:*",
        "localhost:evil.example", "evil.example#localhost", "evil.example/localhost", "localhost, evil.example",
        "2130706433", "0x7f.1", "127.1", "[::1", "[::1]evil.example", "[evil.example]:80", "::1", "*",
        "localhost:\u0661",
    ],
)  # fmt: skip
def test_other_names_are_refused(host: str) -> None:
    assert not is_allowed(host.lower(), ALLOWED)


def test_a_rebound_name_is_answered_421_whatever_it_asks_for() -> None:
    app = create_service_app(VersionInfo(name="demo", version="1"), "Demo", _nothing, None, ["localhost:*"])
    client = TestClient(app, base_url="http://evil.example:8080")

    for path in ("/healthz", "/version", "/docs", "/openapi.json", "/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["request_id"]) == (421, answer.headers["X-Request-ID"])
    assert client.get("/healthz", headers={"Host": "localhost:8080"}).status_code == 200
    assert client.get("/healthz", headers=[("Host", "localhost"), ("Host", "evil.example")]).status_code == 421


def test_the_setting_is_a_list_joined_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "docs.example.org, rag-backend:*,")
    assert ServiceSettings().allowed_hosts == ("docs.example.org", "rag-backend:*")
    monkeypatch.setenv("ALLOWED_HOSTS", "")
    assert ServiceSettings().allowed_hosts == ("localhost:*",)
