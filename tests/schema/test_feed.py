"""The home feed: whose notes it has, what it leaves out, its ranking, and pages that hold while things change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.commits import counted
from tests.schema.community import Person
from tests.schema.noting import fresh_topic, post, products
from tests.schema.shop import fresh, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
PAGE = """query F($n: Int!, $at: String, $order: FeedOrder!, $include: [FeedSource!]!) { viewer {
  feed(first: $n, after: $at, orderBy: $order, include: $include) {
    recommendationId edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
BOTH = ["BRANDS", "TOPICS"]


async def page(
    who: Person, *, n: int = 50, at: str | None = None, order: str = "NEWEST", include: list[str] | None = None
) -> Any:
    """One page of the feed."""
    answer = await who.ask(PAGE, n=n, at=at, order=order, include=BOTH if include is None else include)
    return answer["viewer"]["feed"]


def ids(feed: Any) -> list[str]:
    return [edge["node"]["id"] for edge in feed["edges"]]


async def author_of(who: Person, note: str) -> str:
    found = await who.ask("query A($id: ID!) { note(id: $id) { author { id } } }", id=note)
    return str(found["note"]["author"]["id"])


async def topic_id(who: Person, name: str) -> str:
    found = await who.ask("query T($name: String!) { topic(name: $name) { id } }", name=name)
    return str(found["topic"]["id"])


async def official(owner: Person, database: Database) -> tuple[str, str]:
    """The ids of a new brand and of its official account."""
    made = await owner.done("createBrand", {"handle": fresh("s"), "name": "青屿"}, "brand { id }")
    brand = str(made["brand"]["id"])
    await cypher(
        database,
        "MATCH (u:User {id: $id}) MATCH (b:Brand {id: $brand}) CREATE (u)-[:OFFICIAL_ACCOUNT_OF]->(b) RETURN 1",
        id=owner.id, brand=brand,
    )  # fmt: skip
    return brand, owner.id


class World:
    """A reader who follows a person, a brand and a topic, and the notes that lead there."""

    def __init__(self, reader: Person, author: Person, voice: Person, stranger: Person) -> None:
        self.reader, self.author, self.voice, self.stranger = reader, author, voice, stranger
        self.notes: dict[str, str] = {}
        self.topic = ""

    def names(self, feed: Any) -> list[str]:
        """The names of the notes of a page."""
        return [name for one in ids(feed) for name, note in self.notes.items() if note == one]


@pytest.fixture
async def world(client: httpx.AsyncClient, database: Database, settings: Settings) -> World:
    made = World(*await people(client, database, settings, 4))
    topic = fresh_topic()
    brand, _ = await official(made.voice, database)
    made.notes["author"] = await post(made.author, audience="FOLLOWERS")
    made.notes["brand"] = await post(made.voice)
    made.notes["brand's followers'"] = await post(made.voice, audience="FOLLOWERS")
    made.notes["topic"] = await post(made.stranger, topics=[topic])
    made.notes["stranger's followers'"] = await post(made.stranger, topics=[topic], audience="FOLLOWERS")
    made.notes["author under the topic"] = await post(made.author, topics=[topic])
    made.notes["reader"] = await post(made.reader, topics=[topic])
    made.topic = await topic_id(made.reader, topic)
    await made.reader.done("followUser", {"userId": made.author.id})
    await made.reader.done("followBrand", {"brandId": brand})
    await made.reader.done("followTopic", {"topicId": made.topic})
    return made


@pytest.mark.parametrize("order", ["NEWEST", "RANKED"])
async def test_the_followed_world(world: World, order: str) -> None:
    found = world.names(await page(world.reader, order=order))
    assert sorted(found) == ["author", "author under the topic", "brand", "topic"]
    assert sorted(world.names(await page(world.reader, order=order, include=["BRANDS"]))) == [
        "author",
        "author under the topic",
        "brand",
    ]
    alone = world.names(await page(world.reader, order=order, include=[]))
    assert sorted(alone) == ["author", "author under the topic"]
    default = await world.reader.ask("{ viewer { feed(first: 9) { recommendationId nodes { id } } } }")
    assert [one["id"] for one in default["viewer"]["feed"]["nodes"]] == [
        world.notes[name] for name in ("author under the topic", "brand", "author")
    ]
    assert default["viewer"]["feed"]["recommendationId"] is None


async def test_newest_first_from_either_end(world: World) -> None:
    expected = ["author under the topic", "topic", "brand", "author"]
    assert world.names(await page(world.reader)) == expected
    query = """query L($at: String) { viewer { feed(last: 1, before: $at, include: [BRANDS, TOPICS]) {
      nodes { id } pageInfo { startCursor hasPreviousPage } } } }"""
    back: list[str] = []
    at = None
    for _ in expected:
        feed = (await world.reader.ask(query, at=at))["viewer"]["feed"]
        back += [one["id"] for one in feed["nodes"]]
        at = feed["pageInfo"]["startCursor"]
    assert back == [world.notes[name] for name in reversed(expected)]
    assert not feed["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("order", ["NEWEST", "RANKED"])
async def test_what_the_reader_left_out_or_may_not_see(
    world: World, database: Database, settings: Settings, order: str
) -> None:
    reader, draw = world.reader, "MATCH (a:User {id: $a}) MATCH (b {id: $b}) "

    async def left_out(kind: str, start: str, end: str) -> set[str]:
        everything = {"author", "author under the topic", "brand", "topic"}
        await cypher(database, f"{draw} CREATE (a)-[:{kind} {{at: datetime()}}]->(b) RETURN 1", a=start, b=end)
        found = world.names(await page(reader, order=order))
        await cypher(database, f"{draw} MATCH (a)-[e:{kind}]->(b) DELETE e RETURN 1", a=start, b=end)
        return everything - set(found)

    authors = {"author", "author under the topic"}
    assert await left_out("MUTES", reader.id, world.author.id) == authors
    assert await left_out("NOT_INTERESTED", reader.id, world.author.id) == authors
    assert await left_out("NOT_INTERESTED", reader.id, world.notes["brand"]) == {"brand"}
    assert await left_out("NOT_INTERESTED", reader.id, world.topic) == {"topic", "author under the topic"}
    assert await left_out("MUTES", reader.id, world.stranger.id) == {"topic"}
    assert await left_out("BLOCKS", world.stranger.id, reader.id) == {"topic"}
    assert await left_out("BLOCKS", reader.id, world.voice.id) == {"brand"}
    (product, *_) = await products(database)
    await cypher(
        database,
        "MATCH (n:Note {id: $n}) MATCH (p:Product {id: $p}) "
        "CREATE (n)-[:FEATURES {position: 0, sponsored: false, at: n.publishedAt, to: p.id}]->(p) RETURN 1",
        n=world.notes["author"], p=product,
    )  # fmt: skip
    assert await left_out("NOT_INTERESTED", reader.id, product) == {"author"}
    await world.author.done("deleteNote", {"noteId": world.notes["author"]})
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN 1", id=world.notes["topic"])
    assert sorted(world.names(await page(reader, order=order))) == ["author under the topic", "brand"]
    await reader.done("unfollowUser", {"userId": world.author.id})
    assert world.names(await page(reader, order=order)) == ["author under the topic", "brand"]
    assert world.names(await page(reader, order=order, include=[])) == []


async def test_ranked_pages_are_one_list_whatever_happens_between(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    reader, *authors = await people(client, database, settings, 5)
    notes = [await post(author) for author in authors for _ in range(4)]
    for author in authors:
        await reader.done("followUser", {"userId": author.id})
    whole = ids(await page(reader, order="RANKED"))
    assert sorted(whole) == sorted(notes)
    first = await page(reader, n=5, order="RANKED")
    assert ids(first) == whole[:5]
    assert first["recommendationId"].startswith("recommendation_")
    # A new note, a like, and one that is gone: nothing is repeated, and nothing skipped that is still there.
    await post(authors[0])
    await reader.done("likeNote", {"noteId": whole[15]})
    gone_of = await author_of(reader, whole[6])
    (writer,) = (one for one in authors if one.id == gone_of)
    await writer.done("deleteNote", {"noteId": whole[6]})
    seen, at = ids(first), first["pageInfo"]["endCursor"]
    for _ in range(4):
        behind = await page(reader, n=5, at=at, order="RANKED")
        assert behind["recommendationId"] == first["recommendationId"]
        seen += ids(behind)
        at = behind["pageInfo"]["endCursor"]
        if not behind["pageInfo"]["hasNextPage"]:
            break
    assert seen == [one for one in whole if one != whole[6]]
    stranger = authors[1]
    for who, cursor in ((stranger, first["pageInfo"]["endCursor"]), (reader, "WyJyZWNvbW1lbmRhdGlvbl9ubyIsMV0")):
        answer = await who.post(PAGE, n=5, at=cursor, order="RANKED", include=[])
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    mixed = await reader.post(PAGE, n=5, at=first["pageInfo"]["endCursor"], order="NEWEST", include=[])
    assert mixed["errors"][0]["extensions"]["code"] == "INVALID"


async def test_what_ranks_a_note(
    client: httpx.AsyncClient, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, close, hot, plain = await people(client, database, settings, 4)
    liked = await post(close)
    older = await post(close)
    hottest = await post(hot)
    quiet = await post(plain)
    for author in (close, hot, plain):
        await reader.done("followUser", {"userId": author.id})
    for note in (older, hottest, quiet):
        at = datetime.now(UTC) - timedelta(hours=20)
        await cypher(database, "MATCH (n:Note {id: $id}) SET n.publishedAt = $at RETURN 1", id=note, at=at)
    await cypher(
        database,
        "MATCH (n:Note {id: $id}) SET n.heat = (datetime().epochMillis - datetime('2020-01-01').epochMillis)"
        " / 259200000.0 + 6 RETURN 1",
        id=hottest,
    )  # fmt: skip
    await reader.done("likeNote", {"noteId": liked})
    await reader.done("collectNote", {"noteId": liked})
    first = ids(await page(reader, order="RANKED"))
    assert first == [older, hottest, quiet, liked], "closeness, then heat; what they took up already weighs less"
    seen = {"id": reader.id, "note": older, "now": datetime.now(UTC)}
    await cypher(
        database,
        "MATCH (u:User {id: $id}) MATCH (n:Note {id: $note}) "
        "CREATE (u)-[:SHOWN {firstAt: $now, lastAt: $now, count: 6}]->(n) RETURN 1",
        **seen,
    )
    assert ids(await page(reader, order="RANKED"))[0] == older, "what they did not let be kept is not used"
    await cypher(
        database, "MATCH (u:User {id: $id}) SET u.behaviourConsentAt = $now RETURN 1", id=reader.id, now=seen["now"]
    )
    assert ids(await page(reader, order="RANKED"))[0] == hottest
    commits = counted(monkeypatch)
    await page(reader)
    assert commits.count == 0, "newest first keeps no list"


async def test_nobody_has_no_feed_and_the_suspended_an_empty_one(
    client: httpx.AsyncClient, database: Database, world: World
) -> None:
    query = "{ viewer { feed(first: 3, orderBy: RANKED) { nodes { id } } } }"
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"] == {"viewer": None}
    assert "errors" not in answer
    costs = []
    for order in ("NEWEST", "RANKED"):
        whole = await world.reader.post(PAGE, n=1, at=None, order=order, include=[])
        costs.append(whole["extensions"]["cost"]["estimated"])
    assert 5_000 <= costs[0] < costs[1] <= 10_000, "one seek for each of whom somebody may follow, and the candidates"
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=world.reader.id)
    assert ids(await page(world.reader, order="RANKED")) == []
