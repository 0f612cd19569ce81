from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag_core_lib.readiness import Check, add_readiness
from rag_core_lib.service_app import BackingServiceError, create_service_app
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.status import VersionInfo


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncGenerator[None]:
    yield


async def _fine() -> None:
    pass


async def _down() -> None:
    raise BackingServiceError("it is down")


async def _full() -> None:
    raise StateUnavailableError("the folder is full")


async def _slow() -> None:
    raise TimeoutError


@pytest.mark.parametrize(
    ("second", "status", "found"),
    [
        (_fine, 200, "ok"),
        (_down, 503, "it is down"),
        (_full, 503, "the folder is full"),
        (_slow, 503, "did not answer within 5 s"),
    ],
)
def test_readiness_tells_what_is_missing(second: Check, status: int, found: str) -> None:
    app = create_service_app(VersionInfo(name="demo", version="1"), "Demo", _nothing)
    add_readiness(app, {"first": _fine, "second": second})

    answer = TestClient(app).get("/readyz")

    assert answer.status_code == status
    assert answer.json()["services"] == {"first": "ok", "second": found}
    assert answer.json()["status"] == ("ready" if status == 200 else "not_ready")
