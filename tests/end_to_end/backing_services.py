"""The end-to-end test against real backing services in place of the embedded defaults.

    cargo xtask tool --for admin-api-lib python ../../tests/end_to_end/backing_services.py

Uploads go to an S3-compatible server, their status to Redis, questions to an OpenAI-compatible endpoint for
embeddings and chat. The environment of the tests of admin-api-lib holds moto; `redis-server` has to be installed. A
service that did not use what it was given fails the test too.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from rag_core_lib.testing.openai_stub import OpenAiStub

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@contextmanager
def server(command: list[str]) -> Generator[int]:
    """Run a server with a free port as its last argument, and yield the port once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603 (the commands stand below)
        [*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"`{command[0]}` does not listen on port {port}")
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Tell whether something accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Start the servers, run the flow with the settings that lead to them, and see that they were used."""
    redis_server = shutil.which("redis-server")
    if redis_server is None:
        sys.exit("redis-server is not installed: run `apt-get install redis-server`")
    redis_command = [redis_server, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port"]
    moto_command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p"]
    with server(redis_command) as redis_port, server(moto_command) as s3_port, OpenAiStub() as models:
        settings = {
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "S3_URL": f"http://127.0.0.1:{s3_port}",
            "S3_ACCESS_KEY": "key",
            "S3_SECRET_KEY": "secret",
            "EMBEDDING_BASE_URL": models.base_url,
            "EMBEDDING_MODEL": "stub",
            "CHAT_BASE_URL": models.base_url,
            "CHAT_MODEL": "stub",
        }
        # The services have environments of their own, which this program's would get in the way of.
        own = {"PYTHONPATH", "VIRTUAL_ENV"}
        environment = {name: value for name, value in os.environ.items() if name not in own} | settings
        run = subprocess.run(["cargo", "xtask", "up", "--test"], cwd=ROOT, env=environment, check=False)  # noqa: S607
        if run.returncode:
            return run.returncode
        listing = urllib.request.urlopen(f"http://127.0.0.1:{s3_port}/documents?list-type=2").read()
        used = {
            "Redis": Redis(port=redis_port).hlen("admin:documents"),
            "S3": listing.count(b"<Key>"),
            "embeddings": sum(path == "/v1/embeddings" for path, _ in models.requests),
            "chat": sum(path == "/v1/chat/completions" for path, _ in models.requests),
        }
    print("used:", ", ".join(f"{name} {count}" for name, count in used.items()))
    return 0 if all(used.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
