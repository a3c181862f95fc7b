"""Probes: alive at once, ready only when the service can serve."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app import create_app
from graph.database import Database
from graph.ids import new_id
from settings import Settings
from tests.schema.support import cypher


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    # Without a worker, which would wait for a database that is away when the service ends.
    app = create_app(settings.model_copy(update={"worker": False}))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        yield client


def checks(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"ready", "checks"}
    assert body["ready"] is (answer.status_code == 200)
    return {one["name"]: (one["ok"], one["detail"]) for one in body["checks"]}


@pytest.fixture(autouse=True)
async def nothing_waits(database: Database) -> None:
    """No event of another test, which had no worker, is due."""
    await cypher(database, "MATCH (e:OutboxEvent) DELETE e RETURN count(*) AS gone")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive = await client.get("/healthz")
    assert (alive.status_code, alive.text) == (200, "ok\n")
    answer = await client.get("/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = checks(answer)
    assert list(found) == ["database", "migrations", "worker"]
    assert (found["database"], found["migrations"]) == ((True, ""), (True, ""))
    assert found["worker"][0] is True
    assert all(0 <= one["ms"] < 5_000 for one in answer.json()["checks"])


async def test_a_database_that_is_away(settings: Settings, closed_port: int) -> None:
    async with service(settings.model_copy(update={"neo4j_uri": f"bolt://127.0.0.1:{closed_port}"})) as client:
        began_s = time.perf_counter()
        answer = await client.get("/readyz")
        assert time.perf_counter() - began_s < 3
        assert answer.status_code == 503
        unknown = "unknown while the database does not answer"
        assert checks(answer) == {
            "database": (False, "UNAVAILABLE"),
            "migrations": (False, unknown),
            "worker": (False, unknown),
        }
        assert str(closed_port) not in answer.text, "an address is nobody's business"
        assert (await client.get("/healthz")).status_code == 200


async def test_a_database_that_does_not_answer_in_time(settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"bolt://127.0.0.1:{silent.getsockname()[1]}"
        async with service(settings.model_copy(update={"neo4j_uri": uri})) as client:
            began_s = time.perf_counter()
            answer = await client.get("/readyz")
            assert 1.5 < time.perf_counter() - began_s < 4
            assert checks(answer)["database"] == (False, "no answer within 2 s")


async def test_a_missing_migration(settings: Settings, database: Database) -> None:
    (row,) = await cypher(
        database, "MATCH (m:Migration {version: 3}) WITH m, properties(m) AS kept DETACH DELETE m RETURN kept"
    )
    try:
        async with service(settings) as client:
            answer = await client.get("/readyz")
    finally:
        await cypher(database, "CREATE (m:Migration) SET m = $kept", kept=row["kept"])
    assert answer.status_code == 503
    assert checks(answer)["migrations"] == (False, "missing: 3")
    assert checks(answer)["database"] == (True, "")


async def test_a_graph_that_is_ahead(settings: Settings, database: Database) -> None:
    await cypher(database, "CREATE (:Migration {version: 9999, checksum: 'of another version'})")
    try:
        async with service(settings) as client:
            answer = await client.get("/readyz")
    finally:
        await cypher(database, "MATCH (m:Migration {version: 9999}) DELETE m")
    assert answer.status_code == 503
    assert checks(answer)["migrations"] == (False, "CONFLICT")


async def test_a_worker_that_is_behind(settings: Settings, database: Database) -> None:
    event_id = new_id("OutboxEvent")
    await cypher(
        database,
        "CREATE (:OutboxEvent {id: $id, kind: 'tests.health', data: '{}', attempts: 0, createdAt: $at, "
        "availableAt: $at})",
        id=event_id,
        at=datetime.now(UTC) - timedelta(seconds=90),
    )
    try:
        found = {}
        for seconds in (60.0, 900.0):
            async with service(settings.model_copy(update={"ready_lag_s": seconds})) as client:
                found[seconds] = await client.get("/readyz")
    finally:
        await cypher(database, "MATCH (e:OutboxEvent {id: $id}) DELETE e", id=event_id)
    assert (found[60.0].status_code, found[900.0].status_code) == (503, 200)
    ok, detail = checks(found[60.0])["worker"]
    assert not ok
    assert "the oldest for 9" in detail


async def test_many_probes_ask_the_database_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pings = []
    ping = Database.ping

    async def counted(self: Database) -> None:
        pings.append(1)
        await ping(self)

    monkeypatch.setattr(Database, "ping", counted)
    async with service(settings) as client:
        answers = await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len(pings) == 1
        await asyncio.sleep(1.1)
        await client.get("/readyz")
        assert len(pings) == 2
