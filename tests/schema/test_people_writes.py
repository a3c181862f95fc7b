"""Profiles, following, blocking and muting through the API."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.noting import post
from tests.schema.shop import fresh, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_FOLLOWED = "user { id followerCount viewerFollows viewerAskedToFollow }"


@pytest.fixture
async def pair(client: httpx.AsyncClient, database: Database, settings: Settings) -> tuple[Person, Person]:
    one, other = await people(client, database, settings, 2)
    return one, other


async def ties(database: Database, one: Person, other: Person) -> list[str]:
    """The types of the relationships between two people, with who they start from."""
    rows = await cypher(
        database,
        "MATCH (a:User {id: $a})-[r]-(b:User {id: $b}) "
        "RETURN type(r) + CASE startNode(r) WHEN a THEN ' from' ELSE ' to' END AS tie ORDER BY tie",
        a=one.id,
        b=other.id,
    )
    return [row["tie"] for row in rows]


async def test_a_profile_changes_by_what_is_given(pair: tuple[Person, Person]) -> None:
    person, other = pair
    asked = "user { displayName handle bio region language private traits }"
    handle = fresh("n")
    given = {
        "displayName": "新的名字", "handle": handle.upper(), "bio": "第一行\n第二行", "region": "杭州",
        "language": "EN", "traits": ["敏感肌", "coffee"],
    }  # fmt: skip
    first = (await person.done("updateProfile", given, asked))["user"]
    assert first == {**given, "handle": handle, "private": False}
    second = (await person.done("updateProfile", {"bio": None, "traits": []}, asked))["user"]
    assert second == {**first, "bio": None, "traits": []}
    assert (await person.done("updateProfile", {}, asked))["user"] == second
    taken = await other.act("updateProfile", {"handle": handle, "displayName": "不该写下"})
    assert code_of(taken) == ("CONFLICT", ["input", "handle"])
    assert code_of(await other.act("updateProfile", {"displayName": None})) == ("INVALID", ["input", "displayName"])
    answer = await other.ask("{ viewer { user { displayName } } }")
    assert answer["viewer"]["user"]["displayName"] == "某人"


async def test_interests_are_exactly_what_was_said(pair: tuple[Person, Person]) -> None:
    person, _ = pair
    answer = await person.ask("{ categories(first: 3) { nodes { id slug } } }")
    first, second, third = answer["categories"]["nodes"]
    asked = "viewer { interests(first: 5) { nodes { slug } } }"
    await person.done("setInterests", {"categoryIds": [first["id"], second["id"]]})
    found = await person.done("setInterests", {"categoryIds": [third["id"], second["id"]]}, asked)
    assert found["viewer"]["interests"]["nodes"] == [{"slug": second["slug"]}, {"slug": third["slug"]}]
    absent = {"categoryIds": [first["id"], "category_none"]}
    assert code_of(await person.act("setInterests", absent)) == ("INVALID", ["input", "categoryIds"])
    kept = await person.ask("{ viewer { interests(first: 5) { nodes { slug } } } }")
    assert kept["viewer"]["interests"]["nodes"] == [{"slug": second["slug"]}, {"slug": third["slug"]}]


async def test_following_and_not_any_more(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    given = {"userId": other.id}
    followed = {"id": other.id, "followerCount": 1, "viewerFollows": True, "viewerAskedToFollow": False}
    assert (await one.done("followUser", given, _FOLLOWED))["user"] == followed
    first = await cypher(database, "MATCH ({id: $id})-[f:FOLLOWS]->() RETURN f.at AS at, f.to AS to", id=one.id)
    assert first[0]["to"] == other.id
    assert (await one.done("followUser", given, _FOLLOWED))["user"] == followed
    again = await cypher(database, "MATCH ({id: $id})-[f:FOLLOWS]->() RETURN f.at AS at, f.to AS to", id=one.id)
    assert again == first
    seen = await other.ask("query Q($id: ID!) { user(id: $id) { followsViewer viewerFollows } }", id=one.id)
    assert seen["user"] == {"followsViewer": True, "viewerFollows": False}
    for _ in range(2):
        left = (await one.done("unfollowUser", given, _FOLLOWED))["user"]
        assert left == {**followed, "followerCount": 0, "viewerFollows": False}
    assert await ties(database, one, other) == []
    assert code_of(await one.act("followUser", {"userId": one.id})) == ("INVALID", ["input", "userId"])


async def test_many_follows_at_once_are_one(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    found = await asyncio.gather(*(one.act("followUser", {"userId": other.id}) for _ in range(20)))
    assert [payload["errors"] for payload in found] == [[]] * 20
    assert await ties(database, one, other) == ["FOLLOWS from"]


async def test_a_private_account_is_asked(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    note = await post(other)
    await other.done("updateProfile", {"private": True})
    asked = (await one.done("followUser", {"userId": other.id}, _FOLLOWED))["user"]
    assert asked == {"id": other.id, "followerCount": 0, "viewerFollows": False, "viewerAskedToFollow": True}
    query = "query N($id: ID!) { note(id: $id) { id } }"
    assert await one.ask(query, id=note) == {"note": None}
    stranger = await one.act("acceptFollower", {"userId": other.id})
    assert code_of(stranger) == ("NOT_FOUND", ["input", "userId"])
    await other.done("acceptFollower", {"userId": one.id})
    assert await ties(database, one, other) == ["FOLLOWS from"]
    assert await one.ask(query, id=note) == {"note": {"id": note}}
    await other.done("removeFollower", {"userId": one.id})
    assert await ties(database, one, other) == []
    assert await one.ask(query, id=note) == {"note": None}
    await one.done("followUser", {"userId": other.id})
    await one.done("unfollowUser", {"userId": other.id})
    assert await ties(database, one, other) == []


async def test_a_block_hides_both_and_cuts_their_ties(database: Database, pair: tuple[Person, Person]) -> None:
    one, other = pair
    note = await post(other)
    await one.done("followUser", {"userId": other.id})
    await other.done("followUser", {"userId": one.id})
    blocked = await one.done("blockUser", {"userId": other.id}, "blockedUserId")
    assert blocked["blockedUserId"] == other.id
    assert await ties(database, one, other) == ["BLOCKS from"]
    query = "query N($id: ID!) { note(id: $id) { id } }"
    assert await one.ask(query, id=note) == {"note": None}
    for person, target in ((one, other), (other, one)):
        for mutation in ("followUser", "muteUser"):
            assert code_of(await person.act(mutation, {"userId": target.id})) == ("NOT_FOUND", ["input", "userId"])
    assert await ties(database, one, other) == ["BLOCKS from"]
    assert code_of(await other.act("unblockUser", {"userId": one.id})) == ("NOT_FOUND", ["input", "userId"])
    assert await ties(database, one, other) == ["BLOCKS from"]
    await one.done("unblockUser", {"userId": other.id})
    assert await one.ask(query, id=note) == {"note": {"id": note}}
    assert code_of(await one.act("blockUser", {"userId": one.id})) == ("INVALID", ["input", "userId"])


async def test_muting_is_the_viewer_s_alone(pair: tuple[Person, Person]) -> None:
    one, other = pair
    asked = "user { viewerMutes }"
    assert (await one.done("muteUser", {"userId": other.id}, asked))["user"] == {"viewerMutes": True}
    assert (await one.done("unmuteUser", {"userId": other.id}, asked))["user"] == {"viewerMutes": False}


@pytest.mark.parametrize("kind", ["brand", "topic"])
async def test_following_brands_and_topics(database: Database, pair: tuple[Person, Person], kind: str) -> None:
    one, _ = pair
    answer: Any = await one.ask(f"{{ {kind}s(first: 1) {{ nodes {{ id followerCount viewerFollows }} }} }}")
    (before,) = answer[f"{kind}s"]["nodes"]
    assert before["viewerFollows"] is False
    given, asked = {f"{kind}Id": before["id"]}, f"{kind} {{ followerCount viewerFollows }}"
    name = kind.capitalize()
    for _ in range(2):
        found = (await one.done(f"follow{name}", given, asked))[kind]
        assert found == {"followerCount": before["followerCount"] + 1, "viewerFollows": True}
    rows = await cypher(database, "MATCH ({id: $id})-[f:FOLLOWS]->(b) RETURN f.to = b.id AS keyed", id=one.id)
    assert rows == [{"keyed": True}]
    for _ in range(2):
        found = (await one.done(f"unfollow{name}", given, asked))[kind]
        assert found == {"followerCount": before["followerCount"], "viewerFollows": False}
