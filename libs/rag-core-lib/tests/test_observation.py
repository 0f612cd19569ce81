import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from rag_core_lib.http_client import create_client
from rag_core_lib.service_app import create_service_app
from rag_core_lib.settings import RetrySettings
from rag_core_lib.structured_logging import JsonFormatter
from rag_core_lib.testing.otlp_receiver import OtlpReceiver
from rag_core_lib.tracing import TracingSettings, configure_tracing, is_tracing, open_span, span, stop_tracing
from rag_core_lib.wire.status import VersionInfo

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncGenerator[None]:
    yield


@pytest.fixture
def app() -> FastAPI:
    app = create_service_app(VersionInfo(name="demo", version="1"), "Demo", _nothing)

    @app.get("/things/{name}")
    async def thing(name: str) -> str:
        if name == "missing":
            raise HTTPException(404, "no such thing")
        if name == "broken":
            raise RuntimeError("broken")
        with span("look up") as step:
            step.set("thing.size", 3)
            step.set_content("thing.text", f"secret of {name}")
            return await _seen_by_the_next_service()

    return app


async def _seen_by_the_next_service() -> str:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=request.headers.get("traceparent", ""))

    async with create_client("http://next", RetrySettings(), httpx.MockTransport(answer)) as client:
        return (await client.get("/ask")).text


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def collector() -> Generator[OtlpReceiver]:
    with OtlpReceiver() as running:
        yield running
        stop_tracing()


def _trace(collector: OtlpReceiver, *, has_content: bool = False) -> None:
    settings = TracingSettings.model_validate(
        {
            "otel_exporter_otlp_endpoint": collector.endpoint,
            "otel_exporter_otlp_headers": "Authorization=Basic%20a2V5,X-Team=one",
            "trace_content": has_content,
        }
    )
    configure_tracing("demo", "1.2.3", settings)


def _by_name(collector: OtlpReceiver) -> dict[str, dict[str, Any]]:
    stop_tracing()
    return {one["name"]: one for one in collector.spans()}


def test_a_request_is_one_trace_with_its_steps_and_the_calls_it_makes(
    client: TestClient, collector: OtlpReceiver
) -> None:
    _trace(collector)

    seen = client.get("/things/lamp", headers={"traceparent": PARENT}).json()

    spans = _by_name(collector)
    served, step, call = spans["GET /things/{name}"], spans["look up"], spans["GET next"]
    assert {one["traceId"] for one in spans.values()} == {"0af7651916cd43dd8448eb211c80319c"}
    assert served["parentSpanId"] == "b7ad6b7169203331"
    assert step["parentSpanId"] == served["spanId"]
    assert call["parentSpanId"] == step["spanId"]
    assert seen == f"00-0af7651916cd43dd8448eb211c80319c-{call['spanId']}-01"
    assert served["service"] == "demo"
    assert served["attributes"]["http.response.status_code"] == 200
    assert step["attributes"] == {"thing.size": 3}
    assert collector.headers[0]["authorization"] == "Basic a2V5"


def test_what_is_sent_is_what_the_protocol_defines(client: TestClient, collector: OtlpReceiver) -> None:
    _trace(collector)
    client.get("/things/lamp")
    stop_tracing()

    spans = collector.spans()
    assert spans
    assert all(len(one["traceId"]) == 32 and len(one["spanId"]) == 16 for one in spans)
    assert all(int(one["endTimeUnixNano"]) >= int(one["startTimeUnixNano"]) > 0 for one in spans)


def test_contents_are_in_traces_only_where_that_is_set(client: TestClient, collector: OtlpReceiver) -> None:
    _trace(collector)
    client.get("/things/lamp")
    assert "thing.text" not in _by_name(collector)["look up"]["attributes"]

    _trace(collector, has_content=True)
    client.get("/things/lamp")
    assert _by_name(collector)["look up"]["attributes"]["thing.text"] == "secret of lamp"


def test_failures_are_marked(client: TestClient, collector: OtlpReceiver) -> None:
    _trace(collector)
    client.get("/things/broken")

    served = _by_name(collector)["GET /things/{name}"]
    assert served["status"]["code"] in {2, "STATUS_CODE_ERROR"}
    assert served["attributes"]["http.response.status_code"] == 500


def test_probes_make_no_traces(client: TestClient, collector: OtlpReceiver) -> None:
    _trace(collector)
    for path in ("/healthz", "/metrics"):
        client.get(path)
    assert _by_name(collector) == {}


def test_a_line_of_the_log_names_its_trace(collector: OtlpReceiver) -> None:
    _trace(collector)
    record = logging.LogRecord("a", logging.INFO, "", 0, "message", None, None)
    with span("step"):
        line = json.loads(JsonFormatter("demo").format(record))
    assert line["trace_id"] == _by_name(collector)["step"]["traceId"]
    assert "trace_id" not in json.loads(JsonFormatter("demo").format(record))


def test_without_an_endpoint_there_are_no_traces_and_no_sdk() -> None:
    program = (
        "import sys\n"
        "from rag_core_lib.service_app import create_service_app\n"
        "from rag_core_lib.tracing import TracingSettings, configure_tracing, open_span, span\n"
        "configure_tracing('a', '1', TracingSettings())\n"
        "with span('x') as step:\n"
        "    step.set('a', 1)\n"
        "open_span('y').end()\n"
        "print(sorted(name for name in sys.modules if 'opentelemetry.sdk' in name or 'otlp' in name))\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert answer.stdout == "[]\n"


def test_a_collector_that_is_away_holds_nothing_up(client: TestClient) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{reserved.getsockname()[1]}"
    configure_tracing("demo", "1", TracingSettings(otel_exporter_otlp_endpoint=endpoint))
    assert is_tracing()

    started = time.monotonic()
    assert client.get("/things/lamp").status_code == 200
    open_span("later").end()
    stop_tracing()

    assert time.monotonic() - started < 1
    assert not is_tracing()


def _samples(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_unknown_paths_as_one(client: TestClient) -> None:
    for name in ("lamp", "chair", "missing", "broken"):
        client.get(f"/things/{name}")
    for path in ("/wp-admin", "/.env", "/phpmyadmin"):
        client.get(path)

    samples = _samples(client)

    def count(route: str, status: str) -> float:
        labels = frozenset({("method", "GET"), ("route", route), ("status", status)})
        return samples.get(("http_requests_total", labels), 0)

    assert [count("/things/{name}", status) for status in ("200", "404", "500")] == [2, 1, 1]
    assert count("other", "404") == 3
    assert not any("wp-admin" in value for _, labels in samples for _, value in labels)
    seconds = frozenset({("method", "GET"), ("route", "/things/{name}")})
    assert samples["http_request_duration_seconds_count", seconds] == 4
    assert samples["http_requests_in_progress", frozenset()] == 1
    assert samples["process_resident_memory_bytes", frozenset()] > 0
