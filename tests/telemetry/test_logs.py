"""Logs: one JSON object a line that names the request, and nothing that a caller keeps secret."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from telemetry import logs
from telemetry.context import Asked, asked

ROOT = Path(__file__).parents[2]


class Lines(logging.StreamHandler[io.StringIO]):
    """Keeps what is logged, formatted."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the service logs from `info` on, as JSON."""
    handler = Lines(logs.JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    before = {room: logging.getLogger(room).level for room in logs.ROOMS}
    for room in logs.ROOMS:
        logging.getLogger(room).setLevel(logging.INFO)
    yield handler
    for room, level in before.items():
        logging.getLogger(room).setLevel(level)
    root.removeHandler(handler)


def requests_in(lines: Lines) -> list[dict[str, Any]]:
    return [one for one in lines.objects if one["logger"] == "telemetry.requests"]


async def test_each_request_has_one_record_with_the_id_of_its_answer(client: httpx.AsyncClient, lines: Lines) -> None:
    body = {
        "query": "query Person($handle: String!) { userByHandle(handle: $handle) { displayName } }",
        "variables": {"handle": "a-very-secret-handle"},
    }
    answer = await client.post("/graphql?token=in-the-query", json=body)
    (told,) = requests_in(lines)
    assert told.pop("duration_ms") > 0
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "telemetry.requests",
        "message": "request",
        "request_id": answer.headers["x-request-id"],
        "operation": "Person",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
    }
    for secret in ("a-very-secret-handle", "displayName", "in-the-query"):
        assert secret not in lines.text


async def test_a_caller_s_own_id_is_kept_and_a_harmful_one_is_not(client: httpx.AsyncClient, lines: Lines) -> None:
    for given in ("caller-4711", 'x"\x07 injected'):
        await client.get("/healthz", headers={"x-request-id": given})
    first, second = requests_in(lines)
    assert first["request_id"] == "caller-4711"
    assert len(second["request_id"]) == 32


async def test_tokens_are_not_logged(client: httpx.AsyncClient, lines: Lines) -> None:
    answer = await client.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"authorization": "Bearer geheim.geheim.geheim"}
    )
    assert answer.status_code == 401
    (told,) = requests_in(lines)
    assert (told["status"], "viewer" in told, "operation" in told) == (401, False, False)
    assert "geheim" not in lines.text


async def test_other_records_name_the_request_too(client: httpx.AsyncClient, lines: Lines) -> None:
    token = asked.set(Asked("request-1", operation="Feed", viewer="user_1", trace_id="abc"))
    try:
        logging.getLogger("graph.database").warning("repeated: %s", "code")
    finally:
        asked.reset(token)
    (told,) = lines.objects
    told.pop("time")
    assert told == {
        "level": "warning",
        "logger": "graph.database",
        "message": "repeated: code",
        "request_id": "request-1",
        "operation": "Feed",
        "viewer": "user_1",
        "trace_id": "abc",
    }


def test_an_exception_stays_one_line() -> None:
    handler = Lines(logs.JsonFormatter())
    logger = logging.getLogger("schema.test")
    logger.addHandler(handler)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logger.exception("unexpected")
    logger.removeHandler(handler)
    (told,) = handler.objects
    assert told["exc_info"].endswith("ValueError: two\nlines")


def test_in_text_a_path_cannot_begin_a_line_of_its_own() -> None:
    handler = Lines(logs.TextFormatter())
    logger = logging.getLogger("schema.test")
    logger.addHandler(handler)
    logger.warning("request", extra={"path": "/a\n12:00:00 ERROR forged\x1b[2J"})
    logger.removeHandler(handler)
    assert handler.text.count("\n") == 1
    assert handler.text.endswith(r"WARNING schema.test: request path=/a\n12:00:00 ERROR forged\x1b[2J" + "\n")


@pytest.mark.parametrize(
    ("log_format", "terminal", "formatter"),
    [
        ("auto", True, logs.TextFormatter),
        ("auto", False, logs.JsonFormatter),
        ("json", True, logs.JsonFormatter),
        ("text", False, logs.TextFormatter),
    ],
)
def test_people_get_text_and_machines_json(
    monkeypatch: pytest.MonkeyPatch, log_format: logs.LogFormat, terminal: bool, formatter: type
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert logs.config(log_format)["formatters"]["default"]["()"] is formatter


def test_every_room_is_heard_and_libraries_never_chatter() -> None:
    assert {"app", "graph", "schema", "mail", "telemetry"} <= set(logs.ROOMS)
    chosen = logs.config("json", "debug")
    assert {one["level"] for one in chosen["loggers"].values()} == {"DEBUG"}
    assert chosen["root"]["level"] == "WARNING", "the database driver prints parameters when it is asked for more"


def test_a_process_that_is_set_up_writes_to_standard_error() -> None:
    script = (
        "import logging; from telemetry import logs; logs.configure('json', 'info'); logs.configure('json', 'info');"
        "logging.getLogger('graph').info('种草'); logging.getLogger('neo4j').info('not this')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["message"] == "种草"
