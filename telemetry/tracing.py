"""Traces by OpenTelemetry: spans of requests and of statements, sent by OTLP over HTTP, where a setting asks for them.

Until `started` nothing of OpenTelemetry is imported, and `active` is all that a request pays for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from telemetry.context import Asked

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

_tracer: Tracer | None = None
_EXPORT_TIMEOUT_S = 3.0


def active() -> bool:
    """Whether spans are made at all."""
    return _tracer is not None


@contextmanager
def started(endpoint: str | None, *, ratio: float = 1.0) -> Iterator[None]:
    """Traces as long as it is open; what is not sent yet is sent at the end. None: no tracing.

    `endpoint` is the collector's base (`http://collector:4318`). `OTEL_EXPORTER_OTLP_HEADERS` and the other variables
    of OpenTelemetry's own SDK hold beside it.
    """
    global _tracer
    if endpoint is None:
        yield
        return
    provider = _provider(endpoint, ratio)
    _tracer = provider.get_tracer("zhongcao")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def _provider(endpoint: str, ratio: float) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    # A caller's wish to be traced is subject to the ratio too: anybody can send the header.
    share = TraceIdRatioBased(ratio)
    provider = TracerProvider(
        sampler=ParentBased(root=share, remote_parent_sampled=share),
        resource=Resource.create({SERVICE_NAME: "zhongcao"}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


@contextmanager
def request_span(current: Asked, method: str, headers: Mapping[bytes, bytes]) -> Iterator[Span]:
    """A server's span under the `traceparent` that the caller sent, if any. Only while `active`."""
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    assert _tracer is not None
    names = (b"traceparent", b"tracestate")
    carrier = {name.decode(): headers[name].decode("latin-1") for name in names if name in headers}
    parent = TraceContextTextMapPropagator().extract(carrier)
    # An error's text may hold what a caller sent: the log has it under our own id, the span has only that it failed.
    with _tracer.start_as_current_span(
        method, context=parent, kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        context = span.get_span_context()
        current.trace_id = f"{context.trace_id:032x}" if context.trace_flags.sampled else None
        yield span


def end_request(span: Span, current: Asked, *, method: str, route: str, status: int) -> None:
    """Says on the span what became of the request."""
    from opentelemetry.trace import StatusCode

    span.update_name(f"{method} {route}")
    told: dict[str, str | int | None] = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
        "zhongcao.request_id": current.request_id,
        "graphql.operation.name": current.operation,
    }
    span.set_attributes({name: value for name, value in told.items() if value is not None})
    if status >= 500:
        span.set_status(StatusCode.ERROR)


def statement_span(mode: str, operation: str | None) -> Span:
    """A span around one statement, to be ended by `end_statement`. Only while `active`."""
    from opentelemetry.trace import SpanKind

    assert _tracer is not None
    told = {"db.system": "neo4j", "db.operation.name": mode}
    if operation is not None:
        told["zhongcao.operation"] = operation
    return _tracer.start_span(f"neo4j {mode}", kind=SpanKind.CLIENT, attributes=told)


def end_statement(span: Span, outcome: str) -> None:
    """Ends the span; anything but `ok` is an error."""
    from opentelemetry.trace import StatusCode

    if outcome != "ok":
        span.set_attribute("error.type", outcome)
        span.set_status(StatusCode.ERROR)
    span.end()
