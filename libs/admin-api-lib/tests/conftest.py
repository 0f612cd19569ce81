import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from admin_api_lib.app import create_app
from admin_api_lib.settings import AdminSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.status import VersionInfo

from .neighbours import Neighbours
from .waiting import wait_until

TOKEN = "the-token"  # noqa: S105
S3_KEY = "test"
START_SECONDS = 30
ClientMaker = Callable[[AdminSettings], TestClient]


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours()


@pytest.fixture
def embedded(tmp_path: Path) -> AdminSettings:
    """Return settings with SQLite and a folder."""
    return AdminSettings(
        admin_state_path=tmp_path / "admin",
        admin_token=SecretStr(TOKEN),
        max_file_bytes=2_000_000,
        mending_seconds=0.05,
        indexing_attempts=3,
    )


@pytest.fixture(params=["embedded", "servers"])
def settings(request: pytest.FixtureRequest, embedded: AdminSettings) -> AdminSettings:
    """Return settings with SQLite and a folder, then with a Redis server and an S3 server."""
    if request.param == "embedded":
        return embedded
    servers = {
        "redis_url": SecretStr(request.getfixturevalue("redis_url")),
        "redis_key": uuid.uuid4().hex,
        "s3_url": request.getfixturevalue("s3_url"),
        "s3_bucket": f"bucket-{uuid.uuid4().hex}",
        "s3_access_key": SecretStr(S3_KEY),
        "s3_secret_key": SecretStr(S3_KEY),
    }
    return embedded.model_copy(update=servers)


@pytest.fixture
def prepare_client(neighbours: Neighbours) -> ClientMaker:
    """Return a function that makes a caller who shows the token; the application runs while its context is open."""

    def prepare(settings: AdminSettings) -> TestClient:
        about, retries = VersionInfo(name="demo", version="1"), RetrySettings(retries=1, backoff_seconds=0)
        app = create_app(about, settings, retries, httpx.MockTransport(neighbours))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return TestClient(app, "http://localhost", headers=headers, raise_server_exceptions=False)

    return prepare


@pytest.fixture
def make_client(prepare_client: ClientMaker) -> Iterator[ClientMaker]:
    """Return a function that starts the application until the test ends."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(prepare_client(settings))


@pytest.fixture
def client(settings: AdminSettings, make_client: ClientMaker) -> TestClient:
    return make_client(settings)


@pytest.fixture
def embedded_client(embedded: AdminSettings, make_client: ClientMaker) -> TestClient:
    return make_client(embedded)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    with server([program, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port"]) as port:
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    with server([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p"]) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def server(command: list[str]) -> Generator[int]:
    """Run a server with a free port as its last argument until it is no longer needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603
        [*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _listens(port), START_SECONDS)
        yield port
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
