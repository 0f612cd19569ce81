"""A collector of traces by OTLP over HTTP with protobuf, on a free port of this machine: it keeps what it is sent."""

import gzip
import time
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATH = "/v1/traces"
_TYPE = "application/x-protobuf"
_IDS = ("traceId", "spanId", "parentSpanId")


class OtlpReceiver:
    """A server for the time of a `with`."""

    def __init__(self) -> None:
        self.exports: list[dict[str, Any]] = []
        """Each request, as JSON writes `ExportTraceServiceRequest`; ids are in base 64."""
        self.headers: list[dict[str, str]] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Start to serve."""
        receiver = self

        class Handler(_Handler):
            owner = receiver

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop to serve."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        """What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be set to."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def keep(self, export: dict[str, Any], headers: dict[str, str]) -> None:
        """Keep one request."""
        with self._lock:
            self.exports.append(export)
            self.headers.append(headers)

    def spans(self) -> list[dict[str, Any]]:
        """Return all spans, each with its `service` and its attributes as a mapping."""
        with self._lock:
            exports = list(self.exports)
        return [
            {
                **span,
                **{name: b64decode(span[name]).hex() for name in _IDS if name in span},
                "service": _attributes(resource["resource"])["service.name"],
                "attributes": _attributes(span),
            }
            for export in exports
            for resource in export["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def wait_for(self, *names: str, seconds: float = 15) -> list[dict[str, Any]]:
        """Return all spans once there is one of each name; raises `TimeoutError`, which tells those there are."""
        deadline = time.monotonic() + seconds
        while True:
            spans = self.spans()
            found = [span["name"] for span in spans]
            if set(names) <= set(found):
                return spans
            if time.monotonic() > deadline:
                raise TimeoutError(f"no span of {sorted(set(names) - set(found))} among {found}")
            time.sleep(0.02)


class _Handler(BaseHTTPRequestHandler):
    owner: OtlpReceiver

    def do_POST(self) -> None:
        """Take one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        is_known = self.path == PATH and self.headers["Content-Type"] == _TYPE
        if is_known:
            export = MessageToDict(ExportTraceServiceRequest.FromString(body), use_integers_for_enums=True)
            self.owner.keep(export, dict(self.headers.items()))
        self.send_response(200 if is_known else 415)
        self.send_header("Content-Type", _TYPE)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the base class has them)
        """Write no log."""


def _attributes(holder: dict[str, Any]) -> dict[str, Any]:
    return {item["key"]: _value(item["value"]) for item in holder.get("attributes", [])}


def _value(value: dict[str, Any]) -> Any:  # noqa: ANN401 (any type of OTLP)
    kind, held = next(iter(value.items()))
    if kind == "arrayValue":
        return [_value(item) for item in held.get("values", [])]
    return int(held) if kind == "intValue" else held
