"""The door: what the database's refusals become."""

from __future__ import annotations

import asyncio

import pytest

from graph.database import Address, Database, Transaction
from graph.errors import Taken, TimedOut
from graph.statements import Statement
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_LOCK = Statement(
    "lock", "write", "MATCH (n:Topic {id: $id}) SET n.lockedAt = datetime() REMOVE n.lockedAt RETURN n.id"
)


async def test_who_waits_too_long_for_a_lock_is_told_so(address: Address, database: Database) -> None:
    await cypher(
        database, "MERGE (t:Topic {id: 'topic_locked', name: 'locked'}) SET t.createdAt = datetime() RETURN t.id"
    )
    hurried = Database(address, timeout_s=1)
    held, done = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction) -> None:
        await tx.row(_LOCK, id="topic_locked")
        held.set()
        await done.wait()

    holder = asyncio.create_task(database.unit(hold))
    try:
        await held.wait()
        with pytest.raises(TimedOut):
            await hurried.rows(_LOCK, id="topic_locked")
    finally:
        done.set()
        await holder
        await hurried.close()
        await cypher(database, "MATCH (t:Topic {id: 'topic_locked'}) DELETE t RETURN 1 AS one")


async def test_a_unique_value_that_is_taken_names_its_property(database: Database) -> None:
    statement = Statement("again", "write", "MATCH (c:Category {slug: 'food'}) CREATE (:Category {id: c.id}) RETURN 1")
    with pytest.raises(Taken) as caught:
        await database.rows(statement)
    assert (caught.value.label, caught.value.property_name) == ("Category", "id")
