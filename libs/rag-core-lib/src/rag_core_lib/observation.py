"""What is seen of every request from outside: a span of its trace, and counts for Prometheus at `GET /metrics`."""

import time
from collections.abc import Callable, Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from rag_core_lib.request_id import POLLED, AsgiApp, Message, Receive, Scope, Send
from rag_core_lib.tracing import span

_UNKNOWN_ROUTE = "other"
"""One label for all paths that no route has: a scanner must not make thousands of them."""
_POLLED = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counts of one application; a service adds its own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.polled = set(_POLLED)
        """Paths that are asked for every few seconds: counted, but without a trace and a line in the log."""
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "http_requests", "Requests that were answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "http_request_duration_seconds",
            "Time until an answer was sent whole",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge("http_requests_in_progress", "Requests that are being answered", registry=self.registry)

    def text(self) -> bytes:
        """Return all counts in the text format of Prometheus."""
        return generate_latest(self.registry)


def observe(app: Starlette) -> Metrics:
    """Add `GET /metrics`, and the middleware that counts and traces; it has to be added after all others."""
    metrics = Metrics()
    app.state.metrics = metrics
    app.add_middleware(ObservationMiddleware, metrics=metrics)

    async def counts(_request: Request) -> Response:
        return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.add_route("/metrics", counts, include_in_schema=False)
    return metrics


class ObservationMiddleware:
    """Counts each request by its route, and makes it a step of the trace that its headers name, or of a new one."""

    def __init__(self, app: AsgiApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection; anything but HTTP passes through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.running.track_inprogress():
            try:
                if scope["path"] in self._metrics.polled:
                    scope[POLLED] = True
                    await self._app(scope, receive, watched)
                else:
                    await self._traced(scope, receive, watched, lambda: status)
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self._metrics.requests.labels(method, _route(scope), str(status)).inc()
                self._metrics.seconds.labels(method, _route(scope)).observe(time.perf_counter() - started)

    async def _traced(self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]) -> None:
        method = scope["method"]
        with span(method, "SERVER", _parent(scope["headers"])) as step:
            step.set("http.request.method", method)
            step.set("url.path", scope["path"])
            try:
                await self._app(scope, receive, send)
            finally:
                step.rename(f"{method} {_route(scope)}")
                step.set("http.route", _route(scope))
                step.set("http.response.status_code", status())
                if status() >= 500:
                    step.fail(f"answered {status()}")


def _parent(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in headers
        if name in {b"traceparent", b"tracestate"}
    }


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or _UNKNOWN_ROUTE
