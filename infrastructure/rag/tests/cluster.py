"""A Kubernetes API server as small as templates need it: `lookup` asks it for objects, and it has those it is given."""

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import yaml
from helm_python import Config

VERBS = ["get", "list"]
KINDS = {"secrets": "Secret", "serviceaccounts": "ServiceAccount"}


@contextmanager
def cluster(objects: Iterable[dict[str, Any]] = ()) -> Generator[Config]:
    """Yield Helm's way to a cluster that holds `objects`, all of one namespace."""
    held = {(object_["kind"], object_["metadata"]["name"]): object_ for object_ in objects}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with an object, a list of a kind, or what there is in the API."""
            found = answer(self.path.partition("?")[0].strip("/").split("/"), held)
            body = json.dumps(found or {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404})
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the base class)
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with Config(kubeconfig_content=kubeconfig(server.server_port)) as config:
            yield config
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(path: list[str], held: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any] | None:
    """Return what the API says at a path; nothing where it has nothing."""
    match path:
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"]}
        case ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        case ["api", "v1"]:
            listed = [{"name": name, "kind": kind, "namespaced": True, "verbs": VERBS} for name, kind in KINDS.items()]
            return {"kind": "APIResourceList", "groupVersion": "v1", "resources": listed}
        case ["api", "v1", "namespaces", _, resource] if resource in KINDS:
            items = [object_ for (kind, _), object_ in held.items() if kind == KINDS[resource]]
            return {"kind": f"{KINDS[resource]}List", "apiVersion": "v1", "metadata": {}, "items": items}
        case ["api", "v1", "namespaces", _, resource, name] if resource in KINDS:
            return held.get((KINDS[resource], name))
        case _:
            return None


def kubeconfig(port: int) -> str:
    """Return a configuration that leads to a port of this machine."""
    named = {"name": "test"}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{**named, "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "users": [{**named, "user": {}}],
            "contexts": [{**named, "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }
    )
