"""A service from source that is killed and started again."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = {
    "document-extractor": "document_extractor.main:app",
    "rag-backend": "rag_backend.main:app",
    "admin-backend": "admin_backend.main:app",
    "mcp-server": "mcp_server.main:app",
}
TOKEN = "token-of-the-kill-test"  # noqa: S105


def environment_of(service: str) -> tuple[str, str]:
    """Return the interpreter and the PYTHONPATH that the tests of a service have."""
    said = "import json, os, sys; print(json.dumps([sys.executable, os.environ.get('PYTHONPATH', '')]))"
    xtask = [os.environ["XTASK"]] if "XTASK" in os.environ else ["cargo", "xtask"]
    command = [*xtask, "tool", "--for", service, "python", "-c", said]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    python, path = json.loads(done.stdout.splitlines()[-1])
    return python, path


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A service that can be killed and started again."""

    def __init__(self, name: str, folder: Path, ports: dict[str, int]) -> None:
        self.name = name
        self.port = ports[name]
        self._log = folder / f"{name}.log"
        python, path = environment_of(name)
        urls = {f"{other.upper().replace('-', '_')}_URL": f"http://127.0.0.1:{port}" for other, port in ports.items()}
        own = {"ADMIN_STATE_PATH": str(folder / "admin"), "QDRANT_PATH": str(folder / "qdrant"), "ADMIN_TOKEN": TOKEN}
        quick = {"MENDING_SECONDS": "0.5", "HTTP_BACKOFF_SECONDS": "0.05", "WORKERS": "2"}
        self._environment = {**os.environ, **urls, **own, **quick, "PYTHONPATH": path}
        # A service is started hundreds of times: it is compiled once.
        self._environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._command = [python, "-m", "uvicorn", SERVICES[name], "--port", str(self.port), "--log-level", "warning"]
        self._command += ["--http", "rag_core_lib.patient_protocol:PatientProtocol"]
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it; it has to listen some time."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (written above)
                self._command, cwd=self._log.parent, env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it without a warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as its supervisor would."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def children(self) -> list[int]:
        """Return the ids of the processes that it started itself, on Linux."""
        with contextlib.suppress(OSError):
            tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
            return [int(child) for task in tasks for child in task.read_text().split()]
        return []
