"""The worker of a server process: handles what is due, survives what fails, and stops without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

import pytest

from graph import outbox
from graph.database import Address, Database, Transaction
from graph.errors import Invalid
from graph.outbox import Event
from graph.statements import Statement
from settings import Settings
from tests.schema.support import cypher
from worker.worker import Handler, InGraph, Outside, Worker

pytestmark = pytest.mark.anyio
SLOW_POLL_S = 30.0
_MARK = Statement("test", "write", "MERGE (t:Topic {id: $id}) SET t.name = $id, t.createdAt = $now RETURN 1 AS one")


@pytest.fixture
async def emptied(database: Database) -> Database:
    await cypher(database, "MATCH (event:OutboxEvent) DELETE event")
    return database


async def emit(database: Database, *, kind: str = "test", number: int = 0) -> str:
    async def work(tx: Transaction) -> str:
        return await outbox.emit(tx, kind=kind, now=datetime.now(UTC), data={"number": number})

    return await database.unit(work)


@contextlib.asynccontextmanager
async def working(
    database: Database, settings: Settings, handlers: Mapping[str, Handler], *, poll_s: float = 0.05
) -> AsyncIterator[Worker]:
    worker = Worker(database, handlers, settings.model_copy(update={"worker_poll_s": poll_s}))
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def until(met: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not met():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def events(database: Database) -> list[dict[str, object]]:
    rows = await cypher(database, "MATCH (event:OutboxEvent) RETURN event{.*} AS event")
    return [row["event"] for row in rows]


async def test_workers_of_several_processes_handle_each_event_once(
    emptied: Database, address: Address, settings: Settings
) -> None:
    made = [await emit(emptied, number=number) for number in range(60)]
    handled: Counter[str] = Counter()

    async def act(event: Event, _now: datetime) -> None:
        handled[event.id] += 1
        await asyncio.sleep(0.005)

    doors = [Database(address) for _ in range(3)]
    async with contextlib.AsyncExitStack() as stack:
        for door in doors:
            await stack.enter_async_context(working(door, settings, {"test": Outside(act)}))
        await until(lambda: len(handled) == 60)
    for door in doors:
        await door.close()
    assert handled == Counter(dict.fromkeys(made, 1))
    assert await events(emptied) == []


async def test_waking_spares_the_wait(emptied: Database, settings: Settings) -> None:
    async def work(tx: Transaction, event: Event, now: datetime) -> None:
        await tx.row(_MARK, id=f"topic_{event.id[12:]}", now=now)

    told: list[int] = []
    handler = InGraph(work, lambda: told.append(1))
    async with working(emptied, settings, {"test": handler}, poll_s=SLOW_POLL_S) as worker:
        await asyncio.sleep(0.3)
        event_id = await emit(emptied)
        worker.wake()
        await until(lambda: told == [1], 3)
    handled = await cypher(emptied, "MATCH (t:Topic {id: $id}) DELETE t RETURN 1 AS one", id=f"topic_{event_id[12:]}")
    assert handled == [{"one": 1}]
    assert await events(emptied) == []


async def test_a_failure_is_noted_and_logged_without_its_text(
    emptied: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(tx: Transaction, event: Event, now: datetime) -> None:
        await tx.row(_MARK, id=f"topic_{event.id[12:]}", now=now)
        raise Invalid("mail to somebody@example.com")

    caplog.set_level(logging.INFO)
    event_id = await emit(emptied)
    async with working(emptied, settings, {"test": InGraph(work)}):
        await until(lambda: "failed and will be tried again" in caplog.text)
    (event,) = await events(emptied)
    assert (event["attempts"], event["lastError"]) == (1, "INVALID")
    assert await cypher(emptied, "MATCH (t:Topic {id: $id}) RETURN t", id=f"topic_{event_id[12:]}") == []
    assert f"event {event_id} (test), attempt 1" in caplog.text
    assert "Invalid at test_worker.py:" in caplog.text
    assert "example.com" not in caplog.text


async def test_an_unknown_kind_is_an_error_that_waits(
    emptied: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await emit(emptied, kind="from_the_future")
    async with working(emptied, settings, {}):
        await until(lambda: "UnknownKind" in caplog.text)
    (event,) = await events(emptied)
    assert (event["kind"], event["lastError"]) == ("from_the_future", "UnknownKind")
    assert [record.levelname for record in caplog.records if "UnknownKind" in record.message] == ["ERROR"]


async def test_an_event_whose_workers_always_died_is_given_up(
    emptied: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    acted: list[Event] = []

    async def act(event: Event, _now: datetime) -> None:
        acted.append(event)

    event_id = await emit(emptied)
    await cypher(emptied, "MATCH (e:OutboxEvent) SET e.attempts = $most", most=outbox.MAX_ATTEMPTS)
    async with working(emptied, settings, {"test": Outside(act)}):
        await until(lambda: "for good" in caplog.text)
    (event,) = await events(emptied)
    assert (event["id"], event["lastError"]) == (event_id, "Abandoned")
    assert "failedAt" in event
    assert acted == []


async def test_no_more_than_may_are_handled_at_a_time(emptied: Database, settings: Settings) -> None:
    now_running = most = done = 0

    async def act(_event: Event, _now: datetime) -> None:
        nonlocal now_running, most, done
        now_running += 1
        most = max(most, now_running)
        await asyncio.sleep(0.02)
        now_running -= 1
        done += 1

    for number in range(12):
        await emit(emptied, number=number)
    few = settings.model_copy(update={"worker_concurrency": 3})
    async with working(emptied, few, {"test": Outside(act)}, poll_s=SLOW_POLL_S):
        await until(lambda: done == 12)
    assert most == 3


async def test_a_stop_waits_for_what_is_handled(emptied: Database, settings: Settings) -> None:
    begun, done = asyncio.Event(), []

    async def act(event: Event, _now: datetime) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.append(event.id)

    event_id = await emit(emptied)
    async with working(emptied, settings, {"test": Outside(act)}):
        await begun.wait()
    assert done == [event_id]
    assert await events(emptied) == []


async def test_a_stop_gives_back_what_takes_too_long(
    emptied: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.worker._GRACE_S", 0.1)
    begun = asyncio.Event()

    async def act(_event: Event, _now: datetime) -> None:
        begun.set()
        await asyncio.sleep(60)

    await emit(emptied)
    async with working(emptied, settings, {"test": Outside(act)}):
        await begun.wait()
    (event,) = await events(emptied)
    assert event["attempts"] == 0
    assert "claim" not in event
    found = await outbox.claim(emptied, now=datetime.now(UTC), batch=1, lease_s=1)
    assert len(found.events) == 1
    assert [task.get_name() for task in asyncio.all_tasks() if "event" in task.get_name()] == []


async def test_a_lost_database_is_asked_less_often_and_found_again(
    emptied: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    handled: list[str] = []

    async def act(event: Event, _now: datetime) -> None:
        handled.append(event.id)

    away = True
    real = outbox.claim

    async def sometimes(*arguments: object, **named: object) -> outbox.Claimed:
        if away:
            raise OSError("gone")
        return await real(*arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("worker.worker.outbox.claim", sometimes)
        async with working(emptied, settings, {"test": Outside(act)}) as worker:
            await until(lambda: caplog.text.count("the outbox cannot be read") >= 3)
            pauses = [record.args[1] for record in caplog.records if "cannot be read" in record.message]  # type: ignore[index]
            assert pauses[:3] == [0.05, 0.1, 0.2]
            away = False
            event_id = await emit(emptied)
            worker.wake()
            await until(lambda: handled == [event_id])
