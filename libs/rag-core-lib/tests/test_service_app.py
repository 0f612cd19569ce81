from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel

from rag_core_lib.service_app import BackingServiceError, create_service_app
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.status import VersionInfo


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncGenerator[None]:
    yield


@pytest.fixture
def client() -> TestClient:
    app = create_service_app(VersionInfo(name="demo", version="1.2.3", libs={"a": "4"}), "Demo", _nothing)
    errors = {
        "state": StateUnavailableError("folder is full"),
        "other": BackingServiceError("other is down"),
        "http": HTTPException(404, "no such thing"),
        "bug": RuntimeError("secret"),
    }

    @app.get("/fail/{name}")
    async def fail(name: str) -> None:
        raise errors[name]

    class Numbers(BaseModel):
        numbers: list[int]

    @app.post("/numbers")
    async def numbers(body: Numbers) -> int:
        return sum(body.numbers)

    return TestClient(app, raise_server_exceptions=False)


def test_health_and_version(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/version").json() == {"name": "demo", "version": "1.2.3", "libs": {"a": "4"}}


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [("state", 503, "folder is full"), ("other", 503, "other is down"), ("http", 404, "no such thing")],
)
def test_a_known_error_tells_its_reason_and_the_request_id(
    client: TestClient, name: str, status: int, detail: str
) -> None:
    answer = client.get(f"/fail/{name}", headers={"X-Request-ID": "abc"})

    assert answer.status_code == status
    assert answer.json() == {"detail": detail, "request_id": "abc"}


def test_an_unknown_path_has_the_form_of_all_errors(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"X-Request-ID": "abc"})

    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found", "request_id": "abc"}


def test_an_unexpected_error_tells_nothing_of_itself(client: TestClient) -> None:
    answer = client.get("/fail/bug", headers={"X-Request-ID": "abc"})

    assert answer.status_code == 500
    assert answer.json()["detail"].startswith("internal error")
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"] == "abc"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"numbers": ["secret", 1]}', "body.numbers.0: Input should be a valid integer"),
        ('{"numbers": [1', "JSON decode error"),
        ("", "body: Field required"),
        ('{"numbers": ["a"' + ', "a"' * 99 + "]}", "; and 90 more"),
    ],
)
def test_what_does_not_fit_is_named_and_not_repeated(client: TestClient, body: str, detail: str) -> None:
    answer = client.post("/numbers", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert detail in answer.json()["detail"]
    assert "secret" not in answer.text
