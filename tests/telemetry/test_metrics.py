"""Metrics as Prometheus reads them: exact counts, few labels, all workers together, and not for everybody."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.types import Message, Send

from app import create_app
from graph.database import Address, Database, Transaction
from graph.errors import TimedOut
from graph.statements import Statement
from settings import Settings
from telemetry import metrics
from telemetry.requests import observe

ROOT = Path(__file__).parents[2]
Series = tuple[str, frozenset[tuple[str, str]]]


def series(name: str, **labels: str) -> Series:
    return f"zhongcao_{name}", frozenset(labels.items())


def parsed(text: str) -> Counter[Series]:
    found: Counter[Series] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, frozenset(sample.labels.items())] += sample.value  # type: ignore[assignment]
    return found


def now() -> Counter[Series]:
    return parsed(metrics.rendered().decode())


def moved(before: Counter[Series]) -> dict[Series, float]:
    """By how much each series moved, but for times and the state of processes."""
    after = now()
    return {
        key: after[key] - before[key]
        for key in after
        if after[key] != before[key] and "seconds" not in key[0] and "process" not in key[0]
    }


async def test_requests_and_operations_are_counted_exactly(client: httpx.AsyncClient) -> None:
    query = "query OnlyHere { notes(first: 1) { nodes { id } } }"
    assert (await client.post("/graphql", json={"query": query})).status_code == 200
    before = now()
    for _ in range(3):
        await client.post("/graphql", json={"query": query})
    await client.post("/graphql", json={"query": "{ nothing }"})
    await client.get("/nowhere")
    await client.get("/nowhere/else")
    assert moved(before) == {
        series("http_requests_total", route="/graphql", status="200"): 4,
        series("http_requests_total", route="other", status="404"): 2,
        series("graphql_operations_total", kind="query", outcome="ok"): 3,
        series("graphql_operations_total", kind="unknown", outcome="refused"): 1,
        series("plan_cache_lookups_total", result="hit"): 3,
        series("plan_cache_lookups_total", result="miss"): 1,
        series("graphql_new_shapes_total"): 1,
    }


async def test_times_are_counted_once_each(client: httpx.AsyncClient) -> None:
    query = "{ notes(first: 1) { nodes { id } } }"
    before = now()
    for _ in range(2):
        await client.post("/graphql", json={"query": query})
    after = now()
    for key in (
        series("http_request_duration_seconds_count", route="/graphql"),
        series("statement_duration_seconds_count", mode="read", outcome="ok"),
    ):
        assert after[key] - before[key] == 2
    key = series("statement_duration_seconds_sum", mode="read", outcome="ok")
    assert 0 < after[key] - before[key] < 10


async def test_a_stream_is_timed_to_its_head() -> None:
    async def streaming(_scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {}

    async def ignore(_message: Message) -> None:
        return None

    before = now()
    await observe(streaming, {"type": "http", "method": "GET", "path": "/graphql", "headers": []}, receive, ignore)
    after = now()
    name = "http_request_duration_seconds"
    assert after[series(f"{name}_count", route="/graphql")] - before[series(f"{name}_count", route="/graphql")] == 1
    assert after[series(f"{name}_sum", route="/graphql")] - before[series(f"{name}_sum", route="/graphql")] < 0.2


async def test_no_word_of_a_caller_becomes_a_label(client: httpx.AsyncClient) -> None:
    await client.post("/graphql", json={"query": "query NamedByACaller { __typename }"})
    await client.get("/named-by-a-caller")
    await client.get("/media/named-by-a-caller")
    text = (await client.get("/metrics")).text
    assert "amedByACaller" not in text
    assert "named-by-a-caller" not in text


async def test_a_statement_that_takes_too_long_is_told_apart(address: Address) -> None:
    database = Database(address, timeout_s=0.3)
    key = series("statement_duration_seconds_count", mode="read", outcome="timed_out")
    before = now()
    with pytest.raises(TimedOut):
        await database.read("UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN n", {})
    await database.close()
    assert now()[key] - before[key] == 1


async def test_a_deadlock_s_repetition_is_counted(database: Database) -> None:
    make = Statement("make", "write", "MERGE (n:MetricsTest {id: $id}) SET n.at = timestamp()")
    locks = Statement("lock", "write", "MATCH (n:MetricsTest {id: $id}) SET n.lockedAt = timestamp()")
    for node in ("a", "b"):
        await database.rows(make, id=node)
    both = asyncio.Barrier(2)
    waited: set[str] = set()

    async def locking(first: str, second: str) -> None:
        async def work(tx: Transaction) -> None:
            await tx.rows(locks, id=first)
            if first not in waited:
                waited.add(first)
                await both.wait()
            await tx.rows(locks, id=second)

        await database.unit(work)

    before = now()
    async with asyncio.TaskGroup() as group:
        group.create_task(locking("a", "b"))
        group.create_task(locking("b", "a"))
    after = now()
    again = series("database_repetitions_total", mode="write")
    assert after[again] - before[again] == 1
    done = series("statement_duration_seconds_count", mode="write", outcome="ok")
    failed = series("statement_duration_seconds_count", mode="write", outcome="unavailable")
    assert after[failed] - before[failed] == 1
    assert after[done] - before[done] == 5, "the victim's first statement came twice"
    await database.rows(Statement("clear", "write", "MATCH (n:MetricsTest) DETACH DELETE n"))


async def test_the_page_is_in_prometheus_form(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = parsed(answer.text)
    assert found[series("processes")] == 1
    assert found["process_resident_memory_bytes", frozenset()] > 10_000_000
    assert found["process_cpu_seconds_total", frozenset()] > 0
    assert found["process_open_fds", frozenset()] > 3


async def scraped(settings: Settings, caller: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(settings), client=(caller, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get("/metrics", headers=headers)


@pytest.mark.parametrize(
    ("caller", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.8.8", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("203.0.113.7", {}, 403),
        ("2001:db8::1", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.7"}, 403),
        ("127.0.0.1", {"forwarded": "for=203.0.113.7"}, 403),
        ("127.0.0.1", {"via": "1.1 proxy"}, 403),
        ("203.0.113.7", {"authorization": "Bearer "}, 403),
    ],
)
async def test_without_a_token_only_this_machine_may_look(
    settings: Settings, caller: str, headers: dict[str, str], status: int
) -> None:
    answer = await scraped(settings, caller, headers)
    assert answer.status_code == status
    assert ("zhongcao_" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    ("caller", "given", "status"),
    [
        ("203.0.113.7", "Bearer 0123456789abcdef", 200),
        ("203.0.113.7", "bearer 0123456789abcdef", 200),
        ("203.0.113.7", "Bearer 0123456789abcdeF", 401),
        ("203.0.113.7", "Basic 0123456789abcdef", 401),
        ("203.0.113.7", "", 401),
        ("127.0.0.1", "", 401),
    ],
)
async def test_with_a_token_it_decides_alone(settings: Settings, caller: str, given: str, status: int) -> None:
    chosen = settings.model_copy(update={"metrics_token": SecretStr("0123456789abcdef")})
    answer = await scraped(chosen, caller, {"authorization": given} if given else {})
    assert answer.status_code == status
    assert (answer.headers.get("www-authenticate") == "Bearer") is (status == 401)
    assert ("zhongcao_http" in answer.text) is (status == 200)


WORKER = """
import os, sys
from telemetry import metrics
for _ in range(int(sys.argv[1])):
    metrics.request("/graphql", 200, 0.01)
    metrics.subscription_opened()
metrics.outbox_lag(due=int(sys.argv[1]), oldest_s=1.5, failed=0)
print("ready", flush=True)
sys.stdin.readline()
"""


def worker(folder: Path, requests: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(requests)],
        cwd=ROOT,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def together(folder: Path) -> Counter[Series]:
    """What any one process says of all."""
    script = "from telemetry import metrics; print(metrics.rendered().decode())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return parsed(done.stdout)


def test_processes_are_counted_together_and_the_dead_leave_no_gauge(tmp_path: Path) -> None:
    first, second = worker(tmp_path, 3), worker(tmp_path, 4)
    requests = series("http_requests_total", route="/graphql", status="200")
    seconds = series("http_request_duration_seconds_count", route="/graphql")
    found = together(tmp_path)
    assert (found[requests], found[seconds], found[series("graphql_open_subscriptions")]) == (7, 7, 7)
    assert found[series("outbox_due_events")] == 4, "the latest look counts, not the sum"
    assert found[series("processes")] == 3, "both, and the one that was asked"
    second.communicate("end\n")
    found = together(tmp_path)
    assert (found[requests], found[series("graphql_open_subscriptions")]) == (7, 3)
    assert found[series("outbox_due_events")] == 3
    assert found[series("processes")] == 2
    first.communicate("end\n")
