"""Whom and what to follow: what brings it, what keeps it out, what each reason counts, and lists that stay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import categories, fresh_topic, post
from tests.schema.shop import Shop, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_EDGES = "score reasons { reason number share } followedBy(first: 3) { nodes { id } }"
PEOPLE = f"""query P($n: Int!, $at: String, $of: [ID!]) {{ viewer {{
  peopleToFollow(first: $n, after: $at, interests: $of) {{
    recommendationId edges {{ {_EDGES} node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
TOPICS = f"{{ viewer {{ recommendedTopics(first: 100) {{ edges {{ {_EDGES} node {{ id name }} }} }} }} }}"
BRANDS = f"{{ viewer {{ recommendedBrands(first: 100) {{ edges {{ {_EDGES} node {{ id }} }} }} }} }}"


async def suggested(who: Person, query: str = PEOPLE, n: int = 100, **more: Any) -> dict[str, Any]:
    """The edges of a list by the id of their nodes."""
    given = {"n": n, "at": None, "of": None, **more} if query is PEOPLE else {}
    (found,) = (await who.ask(query, **given))["viewer"].values()
    return {edge["node"]["id"]: edge for edge in found["edges"]}


def reasons(edge: Any) -> dict[str, int]:
    """How many each reason counts."""
    return {one["reason"]: one["number"] for one in edge["reasons"] if one["reason"] != "TRENDING"}


async def follow(who: Person, *whom: Person) -> None:
    for one in whom:
        await who.done("followUser", {"userId": one.id})


async def draw(database: Database, kind: str, start: str, end: str) -> None:
    await cypher(
        database,
        f"MATCH (a:User {{id: $a}}) MATCH (b {{id: $b}}) CREATE (a)-[:{kind} {{at: $now}}]->(b) RETURN 1",
        a=start, b=end, now=datetime.now(UTC),
    )  # fmt: skip


async def test_friends_of_friends_with_how_many_and_who(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    me, found, other, *friends = await people(client, database, settings, 8)
    await follow(me, *friends)
    for friend in friends:
        await follow(friend, found)
    await follow(friends[0], other)
    edges = await suggested(me)
    assert reasons(edges[found.id]) == {"FOLLOWED_BY": 5}
    named = {one["id"] for one in edges[found.id]["followedBy"]["nodes"]}
    assert len(named) == 3
    assert named <= {one.id for one in friends}
    assert edges[other.id]["followedBy"]["nodes"] == [{"id": friends[0].id}]
    assert edges[found.id]["score"] > edges[other.id]["score"] > 0
    assert not {me.id, *(one.id for one in friends)} & set(edges)
    # Who is suspended neither counts nor is named; who follows no more is not named.
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=friends[0].id)
    edges = await suggested(me)
    assert reasons(edges[found.id]) == {"FOLLOWED_BY": 4}
    assert other.id not in edges
    # A friend who follows many tells less of each.
    crowd = await people(client, database, settings, 20)
    await follow(friends[1], *crowd, other)
    await follow(friends[2], alone := (await people(client, database, settings, 1))[0])
    edges = await suggested(me)
    assert edges[alone.id]["score"] > edges[other.id]["score"]


async def test_who_is_not_suggested(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    me, friend, *others = await people(client, database, settings, 10)
    await follow(me, friend)
    await follow(friend, me, *others)
    before = await suggested(me)
    assert {one.id for one in others} <= set(before)
    followed, asked, blocked, blocker, muted, hidden, suspended, kept = others
    await follow(me, followed)
    await asked.done("updateProfile", {"private": True})
    await follow(me, asked)
    await me.done("blockUser", {"userId": blocked.id})
    await blocker.done("blockUser", {"userId": me.id})
    await me.done("muteUser", {"userId": muted.id})
    await draw(database, "NOT_INTERESTED", me.id, hidden.id)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=suspended.id)
    after = await suggested(me)
    assert {one.id for one in others} & set(after) == {kept.id}
    assert not {me.id, friend.id} & set(after)
    await me.done("excludeFromRecommendations", {"subjectId": friend.id})
    assert kept.id not in await suggested(me), "what the viewer left out of recommendations brings nothing"


async def test_every_reason(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    me, fan, author, alike, popular = await people(client, database, settings, 5)
    await follow(fan, me)
    notes = [await post(author) for _ in range(3)]
    for note in notes:
        await me.done("likeNote", {"noteId": note})
    await cypher(
        database,
        "MATCH (a:User {id: $a}) MATCH (b:User {id: $b}) "
        "CREATE (a)-[:SIMILAR {score: 0.9, rank: 0, source: 'behaviour'}]->(b) RETURN 1",
        a=me.id, b=alike.id,
    )  # fmt: skip
    category, _ = await categories(me)
    await me.done("setInterests", {"categoryIds": [category]})
    hot = [await post(popular, categoryId=category) for _ in range(2)]
    await cypher(database, "MATCH (n:Note) WHERE n.id IN $ids SET n.heat = 1e7 RETURN 1", ids=hot)
    edges = await suggested(me)
    assert reasons(edges[fan.id]) == {"FOLLOWS_YOU": 1}
    assert reasons(edges[author.id]) == {"LIKED": 3}
    assert reasons(edges[alike.id]) == {"SIMILAR": 1}
    assert reasons(edges[popular.id]) == {"INTEREST": 2}
    shares = [one["share"] for one in edges[popular.id]["reasons"]]
    assert abs(sum(shares) - edges[popular.id]["score"]) < 1e-9
    await cypher(database, "MATCH (n:Note) WHERE n.id IN $ids REMOVE n.heat RETURN 1", ids=hot)


async def test_who_has_done_nothing_and_who_is_nobody(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    new, popular, trending = await people(client, database, settings, 3)
    category, other = await categories(new)
    hot, hottest = await post(popular, categoryId=category), await post(trending, categoryId=other)
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.heat = 1e6 RETURN 1", id=hot)
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.heat = 1e7 RETURN 1", id=hottest)
    plain = await suggested(new)
    assert [one["reason"] for one in plain[trending.id]["reasons"]] == ["TRENDING"]
    asked = await suggested(new, of=[category])
    assert [one["reason"] for one in asked[popular.id]["reasons"]] == ["INTEREST", "TRENDING"]
    assert asked[popular.id]["score"] > asked[trending.id]["score"]
    query = f"""query V($of: [ID!]) {{
      peopleToFollow(first: 100, interests: $of) {{ edges {{ {_EDGES} node {{ id }} }} }}
      recommendedTopics(first: 5, interests: $of) {{ nodes {{ name }} }}
      recommendedBrands(first: 5, interests: $of) {{ nodes {{ name }} }} }}"""
    answer = (await client.post("/graphql", json={"query": query, "variables": {"of": [category]}})).json()
    assert "errors" not in answer, answer
    found = {edge["node"]["id"]: edge for edge in answer["data"]["peopleToFollow"]["edges"]}
    assert reasons(found[popular.id]) == {"INTEREST": 1}
    refused = (await client.post("/graphql", json={"query": query, "variables": {"of": [category] * 21}})).json()
    assert refused["errors"][0]["extensions"]["code"] == "INVALID"
    await cypher(database, "MATCH (n:Note) WHERE n.id IN $ids REMOVE n.heat RETURN 1", ids=[hot, hottest])


async def test_pages_are_of_one_list(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    me, friend, *others = await people(client, database, settings, 9)
    await follow(me, friend)
    await follow(friend, *others)
    whole = list(await suggested(me))
    assert {one.id for one in others} <= set(whole)
    first = (await me.ask(PEOPLE, n=3, at=None, of=None))["viewer"]["peopleToFollow"]
    cursor = first["pageInfo"]["endCursor"]
    (gone,) = (one for one in others if one.id == whole[5])
    await me.done("blockUser", {"userId": gone.id})
    behind = (await me.ask(PEOPLE, n=97, at=cursor, of=None))["viewer"]["peopleToFollow"]
    assert behind["recommendationId"] == first["recommendationId"]
    seen = [edge["node"]["id"] for edge in (*first["edges"], *behind["edges"])]
    assert seen == [one for one in whole if one != gone.id], "takedown is immediate, nothing else moves"
    stranger = await friend.post(PEOPLE, n=3, at=cursor, of=None)
    assert stranger["errors"][0]["extensions"]["code"] == "INVALID"


async def test_topics(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    me, friend, author = await people(client, database, settings, 3)
    names = {name: fresh_topic() for name in ("liked", "posted", "followed", "mine", "hidden")}
    for _ in range(2):
        note = await post(author, topics=[names["liked"], names["mine"], names["hidden"]])
        await me.done("likeNote", {"noteId": note})
    await post(me, topics=[names["posted"]])
    await post(author, topics=[names["followed"]])
    ids = {}
    for name, topic in names.items():
        found = await me.ask("query T($name: String!) { topic(name: $name) { id } }", name=topic)
        ids[name] = found["topic"]["id"]
    await me.done("followTopic", {"topicId": ids["mine"]})
    await follow(me, friend)
    await friend.done("followTopic", {"topicId": ids["followed"]})
    await draw(database, "NOT_INTERESTED", me.id, ids["hidden"])
    edges = await suggested(me, TOPICS)
    assert {name: reasons(edges[id]) for name, id in ids.items() if id in edges} == {
        "liked": {"LIKED": 2},
        "posted": {"POSTED": 1},
        "followed": {"FOLLOWED_BY": 1},
    }
    assert edges[ids["followed"]]["followedBy"]["nodes"] == [{"id": friend.id}]


async def test_brands(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    me, friend, author = await people(client, database, settings, 3)
    bought, liked, followed, mine, viewed = [await open_shop(client, database, settings) for _ in range(5)]
    shops: dict[str, Shop] = {"bought": bought, "liked": liked, "followed": followed, "mine": mine, "viewed": viewed}
    now = datetime.now(UTC)
    for kind, shop in (("PURCHASED", bought), ("VIEWED", viewed)):
        await cypher(
            database,
            f"MATCH (u:User {{id: $u}}) MATCH (p:Product {{id: $p}}) "
            f"CREATE (u)-[e:{kind} {{firstAt: $now, lastAt: $now}}]->(p) SET e += $more RETURN 1",
            u=me.id, p=shop.product_id, now=now,
            more={"orders": 1, "quantity": 1} if kind == "PURCHASED" else {"count": 1},
        )  # fmt: skip
    note = await post(author, productIds=[liked.product_id, mine.product_id])
    await me.done("collectNote", {"noteId": note})
    await me.done("followBrand", {"brandId": mine.brand_id})
    await follow(me, friend)
    await friend.done("followBrand", {"brandId": followed.brand_id})

    async def found() -> dict[str, dict[str, int]]:
        edges = await suggested(me, BRANDS)
        return {name: reasons(edges[shop.brand_id]) for name, shop in shops.items() if shop.brand_id in edges}

    expected = {"bought": {"BOUGHT": 1}, "liked": {"LIKED": 1}, "followed": {"FOLLOWED_BY": 1}}
    assert await found() == expected, "what they looked at counts once they let it be kept"
    await cypher(database, "MATCH (u:User {id: $id}) SET u.behaviourConsentAt = $now RETURN 1", id=me.id, now=now)
    assert await found() == {**expected, "viewed": {"VIEWED": 1}}
    owner = await suggested(bought.owner, BRANDS)
    assert bought.brand_id not in owner, "nobody is told to follow the brand that they work for"
