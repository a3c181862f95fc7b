"""Follows, blocks and questions at the same moment: what a block or a withdrawal ends stays ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from graph import people as domain
from graph.database import Database, Transaction
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.noting import post
from tests.schema.shop import people
from tests.schema.support import cypher
from tests.schema.test_people_writes import ties

pytestmark = pytest.mark.anyio
Work = Callable[[Transaction], Awaitable[Any]]


@pytest.fixture
async def pair(client: httpx.AsyncClient, database: Database, settings: Settings) -> tuple[Person, Person]:
    one, other = await people(client, database, settings, 2)
    return one, other


async def overlapping(database: Database, first: Work, second: Work) -> bool:
    """Whether the second had to wait for the first, which ends once the second is under way."""
    began, go = asyncio.Event(), asyncio.Event()

    async def held(tx: Transaction) -> None:
        await first(tx)
        began.set()
        await go.wait()

    one = asyncio.create_task(database.unit(held))
    await began.wait()
    other = asyncio.create_task(database.unit(second))
    await asyncio.sleep(0.4)
    waited = not other.done()
    go.set()
    await asyncio.gather(one, other, return_exceptions=True)
    return waited


async def test_a_follow_does_not_slip_through_a_block(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    now = datetime.now(UTC)
    await overlapping(
        database,
        lambda tx: domain.block_user(tx, user_id=other.id, blocked_id=one.id, now=now),
        lambda tx: domain.follow_user(tx, user_id=one.id, followed_id=other.id, now=now),
    )
    assert await ties(database, one, other) == ["BLOCKS to"]


@pytest.mark.parametrize("how", ["block", "withdrawal"])
async def test_nobody_is_accepted_whose_question_ends(
    database: Database, pair: tuple[Person, Person], how: str
) -> None:
    one, other = pair
    now = datetime.now(UTC)
    await other.done("updateProfile", {"private": True})
    await one.done("followUser", {"userId": other.id})

    async def end(tx: Transaction) -> None:
        if how == "block":
            await domain.block_user(tx, user_id=other.id, blocked_id=one.id, now=now)
        else:
            await domain.unfollow_user(tx, user_id=one.id, followed_id=other.id, now=now)

    await overlapping(
        database, end, lambda tx: domain.accept_follower(tx, user_id=other.id, follower_id=one.id, now=now)
    )
    assert await ties(database, one, other) == (["BLOCKS to"] if how == "block" else [])


async def test_followers_do_not_wait_for_each_other(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    one, two, famous = await people(client, database, settings, 3)
    now = datetime.now(UTC)
    waited = await overlapping(
        database,
        lambda tx: domain.follow_user(tx, user_id=one.id, followed_id=famous.id, now=now),
        lambda tx: domain.follow_user(tx, user_id=two.id, followed_id=famous.id, now=now),
    )
    assert not waited
    rows = await cypher(database, "MATCH ({id: $id})<-[f:FOLLOWS]-() RETURN count(f) AS n", id=famous.id)
    assert rows == [{"n": 2}]


async def test_opening_an_account_settles_who_waits(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    now = datetime.now(UTC)
    await other.done("updateProfile", {"private": True})
    await one.done("followUser", {"userId": other.id})
    waiting = await other.ask("{ viewer { followRequests(first: 5) { totalCount nodes { id } } } }")
    assert waiting["viewer"]["followRequests"] == {"totalCount": 1, "nodes": [{"id": one.id}]}
    assert await domain.settle_follow_requests(database, user_id=other.id, now=now) == 0
    await other.done("updateProfile", {"private": False})
    (event,) = await cypher(
        database, "MATCH (e:OutboxEvent {kind: 'account_opened'}) WHERE e.data CONTAINS $id RETURN e.id", id=other.id
    )
    assert event
    assert await domain.settle_follow_requests(database, user_id=other.id, now=now) == 1
    assert await ties(database, one, other) == ["FOLLOWS from"]


async def test_following_what_was_asked_leaves_no_question(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    await other.done("updateProfile", {"private": True})
    await one.done("followUser", {"userId": other.id})
    await other.done("updateProfile", {"private": False})
    await one.done("followUser", {"userId": other.id})
    assert await ties(database, one, other) == ["FOLLOWS from"]


async def test_whom_somebody_mutes_is_out_of_their_feed(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    one, author = await people(client, database, settings, 2)
    note = await post(author)
    await one.done("followUser", {"userId": author.id})
    await one.done("muteUser", {"userId": author.id})
    query = "{ viewer { feed(first: 5) { nodes { id } } } }"
    assert (await one.ask(query))["viewer"]["feed"]["nodes"] == []
    await one.done("unmuteUser", {"userId": author.id})
    assert (await one.ask(query))["viewer"]["feed"]["nodes"] == [{"id": note}]


@pytest.mark.parametrize("mutation", ["unfollowUser", "removeFollower", "unblockUser", "unmuteUser"])
async def test_who_blocks_me_is_not_told_from_nobody(pair: tuple[Person, Person], mutation: str) -> None:
    one, other = pair
    await other.done("blockUser", {"userId": one.id})
    blocked = await one.act(mutation, {"userId": other.id})
    absent = await one.act(mutation, {"userId": "user_absent"})
    assert blocked == absent
    assert code_of(blocked) == ("NOT_FOUND", ["input", "userId"])


@pytest.mark.parametrize(
    "mutation",
    [
        "followUser",
        "unfollowUser",
        "acceptFollower",
        "removeFollower",
        "blockUser",
        "unblockUser",
        "muteUser",
        "unmuteUser",
    ],
)
async def test_the_suspended_do_none_of_it(database: Database, pair: tuple[Person, Person], mutation: str) -> None:
    one, other = pair
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=one.id)
    assert code_of(await one.act(mutation, {"userId": other.id})) == ("FORBIDDEN", [])
    assert await ties(database, one, other) == []
