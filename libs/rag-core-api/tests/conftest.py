from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rag_core_api.app import create_app
from rag_core_api.backing_services import BackingServices
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.testing.openai_stub import OpenAiStub
from rag_core_lib.wire.status import VersionInfo

Start = Callable[..., TestClient]


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return RagSettings(qdrant_path=tmp_path / "qdrant")


@pytest.fixture
def start(settings: RagSettings) -> Generator[Start]:
    """Start an application, with the models that are given; all are stopped at the end."""
    with ExitStack() as stack:

        def start(
            other: RagSettings = settings, *, chat: OpenAiStub | None = None, embedding: OpenAiStub | None = None
        ) -> TestClient:
            services = BackingServices.from_settings(
                other,
                EmbeddingSettings(base_url=embedding.base_url, model="e") if embedding else EmbeddingSettings(),
                ChatModelSettings(base_url=chat.base_url, model="c") if chat else ChatModelSettings(),
                RetrySettings(retries=1, backoff_seconds=0),
            )
            app = create_app(VersionInfo(name="demo", version="1"), other, services)
            return stack.enter_context(TestClient(app, "http://localhost", raise_server_exceptions=False))

        yield start


@pytest.fixture
def client(start: Start) -> TestClient:
    return start()


@pytest.fixture
def stub() -> Generator[OpenAiStub]:
    with OpenAiStub() as running:
        yield running
