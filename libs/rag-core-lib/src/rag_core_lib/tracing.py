"""Traces by OpenTelemetry: one from a request through all services to the model, sent over OTLP.

Nothing but the API of OpenTelemetry is imported, and a span costs a function call, until there is an endpoint.
Sampling and batching are set by the variables of OpenTelemetry's own SDK, such as `OTEL_TRACES_SAMPLER`.
"""

import atexit
import json
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Literal

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

Value = str | bool | int | float | Sequence[str]
Kind = Literal["INTERNAL", "SERVER", "CLIENT"]

_PATH = "/v1/traces"
_LONGEST_EXPORT_SECONDS = 5.0
_LAST_EXPORT_SECONDS = 0.4


class TracingSettings(BaseSettings):
    """Where traces are sent; the names are those that OpenTelemetry gives these variables."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    otel_exporter_otlp_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="OTLP endpoint over HTTP, without `/v1/traces`; if unset, traces are off",
    )
    otel_exporter_otlp_headers: SecretStr | None = Field(
        default=None, description="Headers as `NAME=VALUE`, separated by commas; spaces in values as `%20`"
    )
    trace_content: bool = Field(
        default=False, description="Include questions, passages and answers in traces, not only their sizes"
    )


class Span:
    """A step of a trace; does nothing while traces are off."""

    def __init__(self, span: trace.Span | None = None) -> None:
        self._span = span

    def set(self, name: str, value: Value | None) -> None:
        """Add an attribute, unless it is None."""
        if self._span is not None and value is not None:
            self._span.set_attribute(name, value)

    def set_content(self, name: str, value: object) -> None:
        """Add what people or documents say, as JSON, where the settings allow it."""
        if self._span is not None and _state.has_content:
            self._span.set_attribute(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    def rename(self, name: str) -> None:
        """Give it the name that was not known at its start."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, reason: str) -> None:
        """Mark it as failed."""
        if self._span is not None:
            self._span.set_status(trace.StatusCode.ERROR, reason)

    def end(self) -> None:
        """End a span of `open_span`."""
        if self._span is not None:
            self._span.end()


class _State:
    tracer: trace.Tracer | None = None
    provider: "TracerProvider | None" = None
    exporter: "SpanExporter | None" = None
    has_content: bool = False


_state = _State()
_OFF = Span()
_PROPAGATOR = TraceContextTextMapPropagator()


def configure_tracing(service: str, version: str, settings: TracingSettings) -> None:
    """Send the traces of this process to where `settings` say; without an endpoint there are none."""
    stop_tracing()
    if settings.otel_exporter_otlp_endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.util.re import parse_env_headers  # noqa: PLC0415

    headers = settings.otel_exporter_otlp_headers
    exporter = OTLPSpanExporter(
        endpoint=settings.otel_exporter_otlp_endpoint.rstrip("/") + _PATH,
        headers=parse_env_headers(headers.get_secret_value(), liberal=True) if headers else None,
        timeout=_LONGEST_EXPORT_SECONDS,
    )
    own = {"service.name": os.environ.get("OTEL_SERVICE_NAME") or service, "service.version": version}
    provider = TracerProvider(resource=Resource.create(own))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _state.exporter, _state.provider, _state.tracer = exporter, provider, provider.get_tracer("rag")
    _state.has_content = settings.trace_content
    atexit.register(stop_tracing)


def stop_tracing() -> None:
    """Make no more traces, and send what is left, for as long as the end of a process may take."""
    provider, exporter = _state.provider, _state.exporter
    _state.provider = _state.exporter = _state.tracer = None
    _state.has_content = False
    if provider is None or exporter is None:
        return
    last = Thread(target=provider.shutdown, daemon=True)
    last.start()
    last.join(_LAST_EXPORT_SECONDS)
    # A collector that is away is asked no more.
    exporter.shutdown()
    last.join(_LAST_EXPORT_SECONDS)


def is_tracing() -> bool:
    """Tell whether traces are made."""
    return _state.tracer is not None


@contextmanager
def span(name: str, kind: Kind = "INTERNAL", parent: Mapping[str, str] | None = None) -> Generator[Span]:
    """Make a step around a block, in the current one or in that of the headers `parent`; an exception marks it.

    Not around a `yield` of a generator, which may go on in another task: that takes `open_span`.
    """
    if _state.tracer is None:
        yield _OFF
        return
    context = _PROPAGATOR.extract(parent) if parent is not None else None
    with _state.tracer.start_as_current_span(name, context, trace.SpanKind[kind]) as started:
        yield Span(started)


def open_span(name: str, kind: Kind = "INTERNAL") -> Span:
    """Begin a step in the current one, for a generator; its `end` has to be called."""
    if _state.tracer is None:
        return _OFF
    return Span(_state.tracer.start_span(name, kind=trace.SpanKind[kind]))


def trace_headers() -> dict[str, str]:
    """Return the headers that make a call part of the current trace (W3C Trace Context)."""
    headers: dict[str, str] = {}
    if _state.tracer is not None:
        _PROPAGATOR.inject(headers)
    return headers


def current_trace_id() -> str | None:
    """Return the id of the current trace, for the log."""
    if _state.tracer is None:
        return None
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None
