"""What the feed reads grows with whom somebody follows, not with who else follows these."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph import feed, following
from graph.database import Address, Database
from graph.ids import new_id
from graph.statements import Statement
from resolvers.services import make_services
from schema.execution import Executor
from settings import Settings
from tests.graph.test_trends import db_hits
from tests.schema.support import CountingDatabase, ask, cypher

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]
NOW = datetime.now(UTC)
CROWD = 50_000
PAGE = """query F($order: FeedOrder!) { viewer { feed(first: 20, orderBy: $order, include: [BRANDS, TOPICS]) {
  nodes { id } } } }"""
_USERS = """
UNWIND range($from, $to) AS n
CREATE (user:User {id: $prefix + '-' + n, handle: $prefix + '-' + n, displayName: 'F', state: 'active',
    kind: 'member', language: 'zh', private: false, createdAt: $now})"""
_NOTES = """
UNWIND range($from, $to) AS n
MATCH (author:User {id: $prefix + '-' + n})
UNWIND range(0, $each - 1) AS m
CREATE (author)-[:POSTED {at: $now}]->(:Note {id: 'note_' + author.id + '-' + m, authorId: author.id, kind: 'text',
    title: 'T', text: 'T', language: 'zh', state: 'published', audience: 'everyone', categoryId: 'c',
    createdAt: $now, publishedAt: $now - duration({minutes: n + 60 * m})})"""


class Crowd:
    """People made for a test: famous ones, authors, readers, and those who follow the famous."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.prefix = new_id("User")

    async def people(self, name: str, count: int, *, notes: int = 0) -> list[str]:
        """So many people, each with so many notes."""
        prefix = f"{self.prefix}-{name}"
        for start in range(0, count, 5_000):
            bounds = {"from": start, "to": min(start + 5_000, count) - 1, "prefix": prefix, "now": NOW}
            await cypher(self.database, _USERS, **bounds)
            if notes:
                await cypher(self.database, _NOTES, each=notes, **bounds)
        return [f"{prefix}-{n}" for n in range(count)]

    async def follow(self, who: list[str], whom: list[str]) -> None:
        """Has each of them follow all of those."""
        for start in range(0, len(who), 5_000):
            await cypher(
                self.database,
                "UNWIND $who AS one MATCH (a:User {id: one}) UNWIND $whom AS other MATCH (b:User {id: other}) "
                "CREATE (a)-[:FOLLOWS {at: $now, to: b.id}]->(b)",
                who=who[start : start + 5_000], whom=whom, now=NOW - timedelta(days=1),
            )  # fmt: skip

    async def gone(self) -> None:
        """Takes them out of the graph."""
        forget = Statement(
            "forget",
            "write",
            "MATCH (n:User) WHERE n.id STARTS WITH $prefix WITH n LIMIT $batch "
            "OPTIONAL MATCH (n)-[:POSTED]->(note) DETACH DELETE note, n RETURN count(DISTINCT n) AS gone",
        )
        await self.database.batches(forget, batch=2_000, prefix=f"{self.prefix}-")


@pytest.fixture
async def crowd(address: Address) -> AsyncIterator[Crowd]:
    door = Database(address, timeout_s=120)
    made = Crowd(door)
    yield made
    await made.gone()
    await door.close()


class Reading:
    """What reading a person's feed costs in database hits."""

    def __init__(self, door: CountingDatabase, settings: Settings) -> None:
        self._door = door
        self._executor = Executor(make_services(door, settings), settings)

    async def newest(self, reader: str) -> int:
        """The hits of the newest 20, and that there are so many."""
        found = await ask(self._executor, PAGE, reader, order="NEWEST")
        assert len(found["viewer"]["feed"]["nodes"]) == 20
        text, parameters = self._door.last
        return await self._hits(text, **parameters)

    async def ranked(self, reader: str) -> int:
        """The hits of what ranking reads, and that it ranks 20 and more."""
        found = await ask(self._executor, PAGE, reader, order="RANKED")
        assert len(found["viewer"]["feed"]["nodes"]) == 20
        candidates = await self._hits(
            feed.STATEMENTS["feed_candidates"].text, viewer_id=reader, include=["BRANDS", "TOPICS"],
            authors=feed.AUTHORS, of_author=feed.OF_AUTHOR, topics=feed.TOPICS, of_topic=feed.OF_TOPIC,
            most=feed.MOST_CANDIDATES,
        )  # fmt: skip
        return candidates + await self._hits(
            feed.STATEMENTS["feed_history"].text, viewer_id=reader, most=feed.MOST_ACTS, now_ms=1e12, half_life_ms=1e9
        )

    async def suggested(self, reader: str) -> int:
        """The hits of what suggestions of people read."""
        return await self._hits(
            following.PEOPLE.statement.text, viewer_id=reader, interests=[], friends=following.FRIENDS,
            of_friend=following.PEOPLE.of_friend, each=following.EACH, acts=following.ACTS, few=following.FEW,
            named=following.NAMED,
        )  # fmt: skip

    async def _hits(self, text: str, **parameters: Any) -> int:
        await self._door.command("CALL db.clearQueryCaches()")
        summary = await self._door.summary(f"PROFILE {text}", **parameters)
        return db_hits(summary.profile)


@pytest.fixture
async def reading(address: Address, settings: Settings) -> AsyncIterator[Reading]:
    door = CountingDatabase(address)
    yield Reading(door, settings)
    await door.close()


async def test_fifty_thousand_other_followers_cost_nothing(crowd: Crowd, reading: Reading) -> None:
    famous = await crowd.people("famous", 3, notes=30)
    (reader,) = await crowd.people("reader", 1)
    await crowd.follow([reader], famous)
    (friend,) = await crowd.people("friend", 1)
    await crowd.follow([reader], [friend])
    await crowd.follow([friend], famous)
    before = await reading.newest(reader), await reading.ranked(reader)
    suggested = await reading.suggested(famous[0])
    await crowd.follow(await crowd.people("crowd", CROWD), famous)
    after = await reading.newest(reader), await reading.ranked(reader)
    # How a node's relationships are stored changes once they are many; what is read does not.
    assert after[0] < before[0] + 200
    assert after[1] < before[1] + 200
    assert after[0] < 1_500
    assert after[1] < 1_500
    # Somebody famous is suggested some of those who follow them, and their other followers are not read.
    assert await reading.suggested(famous[0]) < suggested + 15 * following.EACH


async def test_who_follows_a_thousand(crowd: Crowd, reading: Reading) -> None:
    authors = await crowd.people("author", 1_000, notes=3)
    (reader,) = await crowd.people("reader", 1)
    await crowd.follow([reader], authors)
    newest, ranked = await reading.newest(reader), await reading.ranked(reader)
    # For each of whom they follow: the relationship, the person, the index, and the one note that it gives.
    assert newest < 20 * len(authors) + 2_000
    assert ranked < 12 * len(authors) + 25 * feed.AUTHORS * 3 + 10 * feed.MOST_CANDIDATES
