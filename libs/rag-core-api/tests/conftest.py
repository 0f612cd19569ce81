from collections.abc import Generator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rag_core_api.app import create_app
from rag_core_api.settings import RagSettings
from rag_core_lib.wire.status import VersionInfo


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return RagSettings(qdrant_path=tmp_path / "qdrant")


@pytest.fixture
def client(settings: RagSettings) -> Generator[TestClient]:
    with TestClient(create_app(VersionInfo(name="demo", version="1"), settings)) as client:
        yield client
