"""Events that follow a write: appended with it or not at all, and handled once however many workers compete."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from neo4j.exceptions import TransientError

from graph import outbox
from graph.database import Address, Database, Transaction
from graph.errors import Unavailable
from graph.jobs.named import JOBS
from graph.outbox import Event, Lag, Lost
from graph.statements import Statement
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE_S = 60.0


@pytest.fixture
async def emptied(database: Database) -> Database:
    """The door to a graph in which no event waits: a claim takes whatever is due, whoever emitted it."""
    await cypher(database, "MATCH (event:OutboxEvent) DELETE event")
    return database


@pytest.fixture
async def doors(address: Address) -> AsyncIterator[list[Database]]:
    found = [Database(address) for _ in range(4)]
    yield found
    for door in found:
        await door.close()


async def emit(
    database: Database,
    *,
    number: int = 0,
    at: datetime | None = None,
    key: str | None = None,
    postpone: bool = False,
) -> str:
    async def work(tx: Transaction) -> str:
        data = {"number": number}
        return await outbox.emit(tx, kind="test", now=NOW, data=data, available_at=at, key=key, postpone=postpone)

    return await database.unit(work)


async def claimed(database: Database, now: datetime = NOW, batch: int = 10) -> list[Event]:
    return list((await outbox.claim(database, now=now, batch=batch, lease_s=LEASE_S)).events)


async def complete(database: Database, event: Event) -> None:
    await database.unit(lambda tx: outbox.complete(tx, event=event, now=NOW))


async def waiting(database: Database) -> int:
    (row,) = await cypher(database, "MATCH (event:OutboxEvent) RETURN count(event) AS events")
    return int(row["events"])


async def test_an_event_is_there_exactly_when_its_transaction_is(emptied: Database) -> None:
    async def broken(tx: Transaction) -> None:
        await outbox.emit(tx, kind="test", now=NOW, data={})
        raise Unavailable("no")

    with pytest.raises(Unavailable):
        await emptied.unit(broken)
    assert await waiting(emptied) == 0
    tries = 0

    async def repeated(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await outbox.emit(tx, kind="test", now=NOW, data={"text": "种草", "flag": True, "none": None, "number": 7})
        if tries == 1:
            raise TransientError("as after a deadlock")

    await emptied.unit(repeated)
    assert tries == 2
    (event,) = await claimed(emptied)
    assert event.data == {"text": "种草", "flag": True, "none": None, "number": 7}
    assert (event.kind, event.created_at, event.attempts) == ("test", NOW, 1)


async def test_four_workers_handle_two_hundred_events_once_each(emptied: Database, doors: list[Database]) -> None:
    made = {await emit(emptied, number=number) for number in range(200)}
    handled: Counter[str] = Counter()

    async def work(door: Database) -> int:
        mine = 0
        while True:
            found = await outbox.claim(door, now=NOW, batch=7, lease_s=LEASE_S)
            if not found.events and not found.contended:
                return mine
            for event in found.events:
                handled[event.id] += 1
                await complete(door, event)
                mine += 1

    shares = await asyncio.gather(*map(work, doors))
    assert handled == Counter(dict.fromkeys(made, 1))
    assert sum(shares) == 200
    assert all(share > 0 for share in shares)
    assert await waiting(emptied) == 0


async def test_what_is_due_longest_comes_first_and_what_is_not_due_does_not_come(emptied: Database) -> None:
    for minutes in (3, 1, 2, -5, 0):
        await emit(emptied, number=minutes, at=NOW - timedelta(minutes=minutes))
    assert [event.data["number"] for event in await claimed(emptied, batch=2)] == [3, 2]
    assert [event.data["number"] for event in await claimed(emptied)] == [1, 0]
    assert await claimed(emptied) == []
    later = await claimed(emptied, NOW + timedelta(minutes=5))
    assert {event.data["number"] for event in later} == {-5, 3, 2, 1, 0}


async def test_an_event_whose_worker_died_is_taken_again_after_the_lease(emptied: Database) -> None:
    await emit(emptied)
    (dead,) = await claimed(emptied)
    assert await claimed(emptied, NOW + timedelta(seconds=LEASE_S - 1)) == []
    (heir,) = await claimed(emptied, NOW + timedelta(seconds=LEASE_S))
    assert (heir.id, heir.attempts) == (dead.id, 2)
    with pytest.raises(Lost):
        await complete(emptied, dead)
    assert await waiting(emptied) == 1
    await complete(emptied, heir)
    assert await waiting(emptied) == 0
    with pytest.raises(Lost):
        await complete(emptied, heir)


async def test_an_effect_in_the_graph_is_undone_with_a_lost_claim(emptied: Database) -> None:
    effect = Statement("test", "write", "CREATE (topic:Topic {id: $id, name: $id, createdAt: $now}) RETURN 1 AS one")
    event_id = await emit(emptied)
    (dead,) = await claimed(emptied)
    (heir,) = await claimed(emptied, NOW + timedelta(seconds=LEASE_S))

    async def handle(event: Event, tx: Transaction) -> None:
        await outbox.complete(tx, event=event, now=NOW)
        await tx.row(effect, id=f"topic_{event_id[12:]}", now=NOW)

    both = await asyncio.gather(
        emptied.unit(lambda tx: handle(dead, tx)), emptied.unit(lambda tx: handle(heir, tx)), return_exceptions=True
    )
    assert [type(one) for one in both] == [Lost, type(None)]
    gone = await cypher(emptied, "MATCH (t:Topic {id: $id}) DELETE t RETURN 1 AS one", id=f"topic_{event_id[12:]}")
    assert gone == [{"one": 1}]


async def test_failures_are_tried_again_later_and_later_and_then_kept(emptied: Database) -> None:
    await emit(emptied)
    now, pauses = NOW, []
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        (event,) = await claimed(emptied, now)
        assert event.attempts == attempt
        final = await outbox.fail(emptied, event=event, now=now, error=Unavailable("secret@example.com"))
        assert final is (attempt == outbox.MAX_ATTEMPTS)
        (row,) = await cypher(emptied, "MATCH (e:OutboxEvent) RETURN e{.*} AS event")
        stored = row["event"]
        assert stored["lastError"] == "UNAVAILABLE"
        assert "claim" not in stored
        assert "lockedAt" not in stored
        if final:
            assert "availableAt" not in stored
            assert stored["failedAt"].to_native() == now
        else:
            pauses.append((stored["availableAt"].to_native() - now).total_seconds())
            now = stored["availableAt"].to_native()
    expected = [outbox.pause_s(attempt) for attempt in range(1, outbox.MAX_ATTEMPTS)]
    assert expected == [4, 12, 36, 108, 324, 972, 2916, 3600, 3600]
    assert all(0.9 * wanted <= found <= 1.1 * wanted for found, wanted in zip(pauses, expected, strict=True))
    assert await claimed(emptied, NOW + timedelta(days=9)) == []
    assert (await outbox.lag(emptied, now=NOW + timedelta(days=9))) == Lag(0, 0.0, 1)
    assert await JOBS["retry-events"](emptied) == "1 events will be handled again"
    assert await JOBS["retry-events"](emptied) == "0 events will be handled again"
    (again,) = await claimed(emptied, datetime.now(UTC))
    assert again.attempts == 1


async def test_lag_counts_what_is_due(emptied: Database) -> None:
    assert await outbox.lag(emptied, now=NOW) == Lag(0, 0.0, 0)
    for minutes in (1, 3, -2):
        await emit(emptied, at=NOW - timedelta(minutes=minutes))
    assert await outbox.lag(emptied, now=NOW) == Lag(2, 180.0, 0)
    await claimed(emptied)
    assert await outbox.lag(emptied, now=NOW) == Lag(0, 0.0, 0)


async def test_released_events_are_due_at_once_as_if_never_taken(emptied: Database) -> None:
    await emit(emptied)
    held = await claimed(emptied)
    await outbox.release(emptied, events=held, now=NOW)
    (again,) = await claimed(emptied)
    assert again.attempts == 1
    await outbox.release(emptied, events=held, now=NOW)
    assert await claimed(emptied) == []


async def test_a_keyed_event_waits_once(emptied: Database) -> None:
    first = await emit(emptied, number=1, at=NOW + timedelta(minutes=9), key="order_1")
    assert await emit(emptied, number=2, at=NOW + timedelta(minutes=5), key="order_1") == first
    assert await emit(emptied, number=3, at=NOW + timedelta(minutes=7), key="order_1") == first
    assert await emit(emptied, number=4, at=NOW, key="order_2") != first
    assert await claimed(emptied, NOW + timedelta(minutes=4)) != []
    (event,) = [one for one in await claimed(emptied, NOW + timedelta(minutes=5)) if one.id == first]
    assert event.data == {"number": 3}


async def test_a_keyed_event_can_be_put_off_and_not_brought_forward(emptied: Database) -> None:
    for number, minutes in ((1, 5), (2, 9), (3, 7)):
        await emit(emptied, number=number, at=NOW + timedelta(minutes=minutes), key="k", postpone=True)
    assert await claimed(emptied, NOW + timedelta(minutes=8)) == []
    (event,) = await claimed(emptied, NOW + timedelta(minutes=9))
    assert event.data == {"number": 3}


async def test_a_keyed_event_that_a_worker_has_is_handled_anew(emptied: Database) -> None:
    event_id = await emit(emptied, number=1, key="k")
    (held,) = await claimed(emptied)
    assert await emit(emptied, number=2, key="k") == event_id
    with pytest.raises(Lost):
        await complete(emptied, held)
    (again,) = await claimed(emptied)
    assert (again.data, again.attempts) == ({"number": 2}, 1)


async def test_a_keyed_event_emitted_while_a_worker_deletes_it_is_not_lost(emptied: Database) -> None:
    event_id = await emit(emptied, number=1, key="k")
    (held,) = await claimed(emptied)
    deleted, go_on = asyncio.Event(), asyncio.Event()

    async def handle(tx: Transaction) -> None:
        await outbox.complete(tx, event=held, now=NOW)
        deleted.set()
        await go_on.wait()

    handling = asyncio.create_task(emptied.unit(handle))
    await deleted.wait()
    emitting = asyncio.create_task(emit(emptied, number=2, key="k"))
    await asyncio.sleep(0.3)
    assert not emitting.done()
    go_on.set()
    await handling
    assert await emitting == event_id
    (again,) = await claimed(emptied)
    assert again.data == {"number": 2}
