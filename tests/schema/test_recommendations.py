"""Recommendations: what comes, what never comes, stable pages, reasons, and what people leave out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person, code_of, join
from tests.schema.noting import categories, fresh_topic, post
from tests.schema.shop import feature, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio

PRODUCTS = """query P($first: Int = 20, $after: String, $category: String) { viewer {
  recommendedProducts(first: $first, after: $after, category: $category) {
    recommendationId pageInfo { hasNextPage endCursor }
    edges { score sources { source share } node { id } } } } }"""
NOTES = """query N($first: Int = 20, $after: String) { viewer { recommendedNotes(first: $first, after: $after) {
  recommendationId pageInfo { hasNextPage endCursor } edges { sources { source } node { id } } } } }"""
WHY = """query W($language: Language!) { viewer { recommendedProducts(first: 5) { edges { node { id }
  explanation(language: $language) {
    sentence paths { source share sentence nodes { id type name } edges { type start end weight } }
    counterfactual { removes acts { type start end } } } } } } }"""
_SIMILAR = """UNWIND $pairs AS pair MATCH (a {id: pair[0]}), (b {id: pair[1]})
CREATE (a)-[:SIMILAR {score: pair[2], rank: 0, source: 'behaviour'}]->(b)"""
_SEEN = "{firstAt: datetime(), lastAt: datetime(), count: 1}"
_BOUGHT = """MATCH (u:User {id: $user}), (p:Product {id: $product})
CREATE (u)-[:PURCHASED {firstAt: datetime(), lastAt: datetime(), orders: 1, quantity: 1}]->(p)"""


async def similar(database: Database, *pairs: tuple[str, str, float]) -> None:
    await cypher(database, _SIMILAR, pairs=[list(pair) for pair in pairs])


async def buy(database: Database, person: Person, product_id: str) -> None:
    await cypher(database, _BOUGHT, user=person.id, product=product_id)


async def products(person: Person, **variables: Any) -> list[str]:
    found = await person.ask(PRODUCTS, **variables)
    return [edge["node"]["id"] for edge in found["viewer"]["recommendedProducts"]["edges"]]


async def notes(person: Person) -> list[str]:
    found = await person.ask(NOTES)
    return [edge["node"]["id"] for edge in found["viewer"]["recommendedNotes"]["edges"]]


async def shops(client: httpx.AsyncClient, database: Database, settings: Settings, count: int) -> list[Any]:
    return [await open_shop(client, database, settings) for _ in range(count)]


async def test_what_is_like_what_somebody_bought_comes_and_what_they_bought_does_not(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    bought, near, nearer = await shops(client, database, settings, 3)
    (buyer,) = await people(client, database, settings, 1)
    await buy(database, buyer, bought.product_id)
    await similar(
        database,
        (bought.product_id, near.product_id, 1.0),
        (bought.product_id, nearer.product_id, 2.0),
        (bought.product_id, bought.product_id, 9.0),
    )
    found = (await buyer.ask(PRODUCTS))["viewer"]["recommendedProducts"]
    assert [edge["node"]["id"] for edge in found["edges"]][:2] == [nearer.product_id, near.product_id]
    assert bought.product_id not in await products(buyer)
    shares = found["edges"][0]["sources"]
    assert shares[0]["source"] == "SIMILAR"
    assert sum(one["share"] for one in shares) == pytest.approx(1.0)
    assert found["edges"][0]["score"] > found["edges"][1]["score"]


@pytest.mark.parametrize("why", ["unlisted", "sold out", "hidden", "viewed"])
async def test_what_may_not_be_shown_is_gone_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings, why: str
) -> None:
    bought, other = await shops(client, database, settings, 2)
    (buyer,) = await people(client, database, settings, 1)
    await buy(database, buyer, bought.product_id)
    await similar(database, (bought.product_id, other.product_id, 1.0))
    assert other.product_id in await products(buyer)
    change = {
        "unlisted": "SET p.state = 'unlisted'",
        "sold out": "WITH p MATCH (p)-[:HAS_VARIANT]->(v) SET v.stock = 0",
        "hidden": "WITH p MATCH (u:User {id: $user}) CREATE (u)-[:NOT_INTERESTED {at: datetime()}]->(p)",
        "viewed": f"WITH p MATCH (u:User {{id: $user}}) CREATE (u)-[:VIEWED {_SEEN}]->(p) "
        "SET u.behaviourConsentAt = datetime()",
    }[why]
    await cypher(database, f"MATCH (p:Product {{id: $id}}) {change}", id=other.product_id, user=buyer.id)
    assert other.product_id not in await products(buyer)
    if why == "viewed":
        await buyer.done("setBehaviourConsent", {"given": False})
        assert other.product_id in await products(buyer), "at once, though it is not forgotten yet"


async def test_a_list_stays_as_it_was_for_its_pages_but_for_what_was_taken_down(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    bought, *others = await shops(client, database, settings, 5)
    (buyer,) = await people(client, database, settings, 1)
    await buy(database, buyer, bought.product_id)
    await similar(database, *((bought.product_id, one.product_id, 5.0 - at) for at, one in enumerate(others)))
    first = (await buyer.ask(PRODUCTS, first=1))["viewer"]["recommendedProducts"]
    assert first["pageInfo"]["hasNextPage"]
    # Meanwhile the order turns round, and one of the next is taken down.
    await cypher(database, "MATCH (:Product {id: $id})-[s:SIMILAR]->() SET s.score = -s.score", id=bought.product_id)
    await cypher(database, "MATCH (p:Product {id: $id}) SET p.state = 'unlisted'", id=others[2].product_id)
    rest = (await buyer.ask(PRODUCTS, first=100, after=first["pageInfo"]["endCursor"]))["viewer"]["recommendedProducts"]
    ours = {one.product_id for one in others}
    assert [edge["node"]["id"] for edge in rest["edges"] if edge["node"]["id"] in ours] == [
        others[1].product_id,
        others[3].product_id,
    ]
    assert rest["recommendationId"] == first["recommendationId"]
    (kept,) = await cypher(
        database,
        "MATCH (r:Recommendation {id: $id}) RETURN r.viewerId AS viewer, r.surface AS surface, r.ids[0] AS first",
        id=first["recommendationId"],
    )
    assert kept == {"viewer": buyer.id, "surface": "products", "first": others[0].product_id}


async def test_a_cursor_of_another_persons_list_or_of_another_surface_is_refused(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    one, other = await people(client, database, settings, 2)
    first = (await one.ask(PRODUCTS, first=1))["viewer"]["recommendedProducts"]
    cursor = first["pageInfo"]["endCursor"]
    assert cursor is not None
    for person, query in ((other, PRODUCTS), (one, NOTES)):
        answer = await person.post(query, first=1, after=cursor)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"
        assert "ask for its first page again" in answer["errors"][0]["message"]


async def test_notes_come_from_followed_people_and_topics_and_never_from_blocked_muted_or_hidden_ones(
    client: httpx.AsyncClient, database: Database
) -> None:
    reader, *authors = [await join(client) for _ in range(6)]
    topic = fresh_topic()
    posted = [await post(author, title=f"笔记{at}", topics=[topic]) for at, author in enumerate(authors)]
    (row,) = await cypher(database, "MATCH (t:Topic {name: $name}) RETURN t.id AS id", name=topic)
    await reader.done("followTopic", {"topicId": row["id"]})
    await reader.done("followUser", {"userId": authors[0].id})
    assert set(posted) <= set(await notes(reader))
    found = (await reader.ask(NOTES))["viewer"]["recommendedNotes"]["edges"]
    by_id = {edge["node"]["id"]: {one["source"] for one in edge["sources"]} for edge in found}
    assert {"FOLLOWED", "TOPIC"} <= by_id[posted[0]]
    await reader.done("blockUser", {"userId": authors[1].id})
    await reader.done("muteUser", {"userId": authors[2].id})
    await cypher(
        database,
        "MATCH (u:User {id: $user}), (a:User {id: $author}) CREATE (u)-[:NOT_INTERESTED {at: datetime()}]->(a)",
        user=reader.id,
        author=authors[3].id,
    )
    await reader.done("likeNote", {"noteId": posted[4]})
    left = await notes(reader)
    assert [one in left for one in posted] == [True, False, False, False, False]
    await authors[0].done("deleteNote", {"noteId": posted[0]})
    assert posted[0] not in await notes(reader)
    # A hidden topic takes all its notes away.
    again = await post(authors[0], topics=[topic])
    assert again in await notes(reader)
    await cypher(
        database,
        "MATCH (u:User {id: $user}), (t:Topic {id: $topic}) CREATE (u)-[:NOT_INTERESTED {at: datetime()}]->(t)",
        user=reader.id,
        topic=row["id"],
    )
    assert again not in await notes(reader)


async def test_notes_for_followers_come_to_followers_alone(client: httpx.AsyncClient, database: Database) -> None:
    author, follower, reader = [await join(client) for _ in range(3)]
    topic = fresh_topic()
    note_id = await post(author, topics=[topic], audience="FOLLOWERS")
    (row,) = await cypher(database, "MATCH (t:Topic {name: $name}) RETURN t.id AS id", name=topic)
    for one in (follower, reader):
        await one.done("followTopic", {"topicId": row["id"]})
    await follower.done("followUser", {"userId": author.id})
    assert note_id in await notes(follower)
    assert note_id not in await notes(reader)


async def test_a_reason_is_a_path_in_the_graph_and_its_act_can_be_left_out(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (shop,) = await shops(client, database, settings, 1)
    author, reader = await people(client, database, settings, 2)
    # What is new would come anyway.
    await cypher(
        database, "MATCH (p:Product {id: $id}) SET p.createdAt = datetime('2025-01-01T00:00Z')", id=shop.product_id
    )
    note_id = await feature(database, author, shop.product_id, title="粉底测评")
    await reader.done("collectNote", {"noteId": note_id})
    edges = (await reader.ask(WHY, language="ZH"))["viewer"]["recommendedProducts"]["edges"]
    (why,) = [edge["explanation"] for edge in edges if edge["node"]["id"] == shop.product_id]
    assert why["sentence"] == "你收藏了笔记《粉底测评》，其中提到了它"
    (path,) = why["paths"]
    assert path["source"] == "NOTED"
    assert [(one["type"], one["id"]) for one in path["nodes"]] == [
        ("User", reader.id),
        ("Note", note_id),
        ("Product", shop.product_id),
    ]
    assert [(one["type"], one["start"], one["end"]) for one in path["edges"]] == [
        ("COLLECTED", reader.id, note_id),
        ("FEATURES", note_id, shop.product_id),
    ]
    assert why["counterfactual"] == {
        "removes": True,
        "acts": [{"type": "COLLECTED", "start": reader.id, "end": note_id}],
    }
    english = (await reader.ask(WHY, language="EN"))["viewer"]["recommendedProducts"]["edges"]
    (said,) = [edge["explanation"]["sentence"] for edge in english if edge["node"]["id"] == shop.product_id]
    assert said == "You saved the note “粉底测评”, which shows this"
    # What the counterfactual names is what leaving out does.
    payload = await reader.done("excludeFromRecommendations", {"subjectId": note_id}, "subjectId")
    assert payload["subjectId"] == note_id
    assert shop.product_id not in await products(reader)
    await reader.done("excludeFromRecommendations", {"subjectId": note_id})
    assert await cypher(
        database, "MATCH (:User {id: $id})-[e:EXCLUDES]->() RETURN count(e) AS drawn", id=reader.id
    ) == [{"drawn": 1}]
    await reader.done("includeInRecommendations", {"subjectId": note_id})
    assert shop.product_id in await products(reader)
    refused = await reader.act("excludeFromRecommendations", {"subjectId": "note_missing"})
    assert code_of(refused) == ("NOT_FOUND", ["input", "subjectId"])


async def test_who_bought_something_is_not_named(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (shop,) = await shops(client, database, settings, 1)
    friend, reader = await people(client, database, settings, 2)
    await buy(database, friend, shop.product_id)
    await reader.done("followUser", {"userId": friend.id})
    author = (await people(client, database, settings, 1))[0]
    note_id = await feature(database, author, shop.product_id)
    await reader.done("likeNote", {"noteId": note_id})
    edges = (await reader.ask(WHY, language="ZH"))["viewer"]["recommendedProducts"]["edges"]
    told = str([edge for edge in edges if edge["node"]["id"] == shop.product_id])
    assert shop.product_id in told
    assert friend.id not in told
    assert friend.handle not in told


async def test_visitors_are_recommended_by_interests_and_category(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (shop,) = await shops(client, database, settings, 1)
    someone = await join(client)
    first, _ = await categories(someone)
    query = """query V($interests: [ID!], $category: String) {
      recommendedProducts(first: 5, interests: $interests, category: $category) {
        recommendationId
        edges { node { id category { id } } explanation { sentence paths { share } counterfactual { removes } } } } }"""
    answer = (await client.post("/graphql", json={"query": query, "variables": {"interests": [first]}})).json()
    assert "errors" not in answer
    found = answer["data"]["recommendedProducts"]
    assert found["recommendationId"].startswith("recommendation_")
    for edge in found["edges"]:
        assert edge["explanation"]["paths"] == []
        assert edge["explanation"]["counterfactual"] is None
    one = (await client.post("/graphql", json={"query": query, "variables": {"category": "beauty"}})).json()
    assert {edge["node"]["category"]["id"] for edge in one["data"]["recommendedProducts"]["edges"]} <= {
        (await cypher(database, "MATCH (c:Category {slug: 'beauty'}) RETURN c.id AS id"))[0]["id"]
    }
    none = (await client.post("/graphql", json={"query": query, "variables": {"category": "no-such"}})).json()
    assert none["errors"][0]["extensions"]["code"] == "INVALID"
    assert none["errors"][0]["message"] == "no category has this slug"
    assert shop.product_id is not None
