"""Traces: sent to a real collector by OTLP over HTTP, under the parent that the caller named."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from app import create_app
from settings import Settings
from telemetry import tracing

ROOT = Path(__file__).parents[2]
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector:
    """Keeps every span that is sent to it."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.paths: set[str] = set()
        self.services: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.take(self.path, body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def take(self, path: str, body: bytes) -> None:
        self.paths.add(path)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {
                one.value.string_value for one in resource.resource.attributes if one.key == "service.name"
            }
            for scope in resource.scope_spans:
                self.spans += scope.spans

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


async def asked(settings: Settings, **headers: str) -> list[httpx.Response]:
    """The answers of a service to a good operation, a refused one and a probe; then it ends and sends its spans."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            person = "query Person($handle: String!) { userByHandle(handle: $handle) { displayName } }"
            return [
                await client.post("/graphql", json={"query": person, "variables": {"handle": "a-secret-handle"}}),
                await client.get("/healthz"),
            ]


def attributes(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_a_request_and_its_statement_stand_under_the_caller_s_span(
    settings: Settings, collector: Collector
) -> None:
    chosen = settings.model_copy(update={"otlp_endpoint": f"{collector.endpoint}/"})
    answer, _ = await asked(chosen, traceparent=f"00-{TRACE}-{PARENT}-01")
    assert collector.paths == {"/v1/traces"}
    assert collector.services == {"zhongcao"}
    found = {span.name: span for span in collector.spans}
    assert set(found) == {"POST /graphql", "GET /healthz", "neo4j read"}
    request, statement = found["POST /graphql"], found["neo4j read"]
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE}
    assert request.parent_span_id.hex() == PARENT
    assert statement.parent_span_id == request.span_id
    assert (request.kind, statement.kind) == (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT)
    assert request.start_time_unix_nano <= statement.start_time_unix_nano
    assert statement.end_time_unix_nano <= request.end_time_unix_nano
    assert attributes(request) == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "zhongcao.request_id": answer.headers["x-request-id"],
        "graphql.operation.name": "Person",
    }
    assert attributes(statement) == {
        "db.system": "neo4j",
        "db.operation.name": "read",
        "zhongcao.operation": "Person",
    }
    assert "a-secret-handle" not in str(collector.spans)


async def test_without_a_parent_each_request_is_a_trace_of_its_own(settings: Settings, collector: Collector) -> None:
    await asked(settings.model_copy(update={"otlp_endpoint": collector.endpoint}), traceparent="nonsense")
    roots = [span for span in collector.spans if not span.parent_span_id]
    assert sorted(span.name for span in roots) == ["GET /healthz", "POST /graphql"]
    assert len({span.trace_id for span in roots}) == 2


async def test_the_ratio_binds_whoever_asks(settings: Settings, collector: Collector) -> None:
    chosen = settings.model_copy(update={"otlp_endpoint": collector.endpoint, "trace_ratio": 0.0})
    answer, _ = await asked(chosen, traceparent=f"00-{TRACE}-{PARENT}-01")
    assert answer.status_code == 200
    assert not collector.spans


async def test_what_fails_is_marked_without_its_words(collector: Collector) -> None:
    from telemetry.requests import observe
    from telemetry.statements import Observed

    async def failing(_scope: object, _receive: object, _send: object) -> None:
        with Observed("write", "like_note"):
            raise ValueError("a-secret-value")

    async def nothing() -> dict[str, str]:
        return {}

    async def ignore(_message: object) -> None:
        return None

    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": []}
    with tracing.started(collector.endpoint), pytest.raises(ValueError, match="a-secret-value"):
        await observe(failing, scope, nothing, ignore)
    found = {span.name: span for span in collector.spans}
    assert {name: span.status.code for name, span in found.items()} == {
        "POST /graphql": Status.STATUS_CODE_ERROR,
        "neo4j write": Status.STATUS_CODE_ERROR,
    }
    assert attributes(found["POST /graphql"])["http.response.status_code"] == 500
    assert attributes(found["neo4j write"])["zhongcao.operation"] == "like_note"
    assert attributes(found["neo4j write"])["error.type"] == "error"
    assert "a-secret-value" not in str(collector.spans)


async def test_a_collector_that_is_away_harms_nobody(settings: Settings, collector: Collector) -> None:
    collector.server.server_close()
    answer, probe = await asked(settings.model_copy(update={"otlp_endpoint": collector.endpoint}))
    assert (answer.status_code, probe.status_code) == (200, 200)
    assert not tracing.active()


def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    script = "import sys, app; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
