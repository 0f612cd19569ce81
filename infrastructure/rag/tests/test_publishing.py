"""The chart is pushed with a login that what signs it afterwards finds."""

import base64
import json
import os
import sys
import tempfile
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest import mock

from rendering import CHART

sys.path.insert(0, str(CHART.parent))

from publish_chart import client

TOKEN = base64.b64encode(b"somebody:secret").decode()


class Registry(BaseHTTPRequestHandler):
    """Lets in whoever shows the password."""

    def do_GET(self) -> None:
        """Answer the question that a login asks."""
        is_in = self.headers.get("Authorization") == f"Basic {TOKEN}"
        self.send_response(200 if is_in else 401)
        if not is_in:
            self.send_header("WWW-Authenticate", 'Basic realm="registry"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that it has)
        """Stay silent."""


class Publishing(unittest.TestCase):
    """What a release leaves on its machine."""

    def test_the_login_is_docker_s(self) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
        Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        registry = f"127.0.0.1:{server.server_address[1]}"
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "docker/config.json"
            user = {"REGISTRY_USER": "somebody", "REGISTRY_PASSWORD": "secret"}
            environment = {"DOCKER_CONFIG": str(config.parent), **user}
            with mock.patch.dict(os.environ, environment), client(f"{registry}/team", plain_http=True):
                pass
            assert json.loads(config.read_text())["auths"] == {registry: {"auth": TOKEN}}


if __name__ == "__main__":
    unittest.main()
