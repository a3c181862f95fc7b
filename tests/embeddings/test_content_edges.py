"""What few took up is alike what is near to it in meaning."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from embeddings.building import Builder
from graph import embeddings
from graph.database import Database
from graph.embeddings import Found
from graph.jobs.similarity import Run, basis, update
from graph.jobs.similarity.content import FEW, MOST, Content
from graph.jobs.similarity.writing import BEHAVIOUR, CONTENT, Edge, Row
from graph.rules.spaces import Space
from settings import Settings
from tests.embeddings.fake import FakeEncoder
from tests.schema.community import Person, join
from tests.schema.noting import post
from tests.schema.shop import open_shop
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_SIMILAR = "query S($id: ID!) { product(id: $id) { similar(first: 5) { nodes { id } } } }"
_RELATED = "query R($id: ID!) { note(id: $id) { related(first: 5) { nodes { id } } } }"
_TO_FOLLOW = "{ viewer { peopleToFollow(first: 50) { edges { node { id } reasons { reason } } } } }"
_EDGES = """MATCH (a {id: $id})-[e:SIMILAR]->(b)
RETURN b.id AS id, e.score AS score, e.rank AS rank, e.source AS source ORDER BY rank"""
_RENAME = "UNWIND $ids AS id MATCH (p:Product {id: id}) SET p.name = $name, p.description = $name"
_TAKEN = """MATCH (a:Product {id: $id}) MATCH (b:Product {state: 'listed'})
WHERE b.id <> a.id WITH a, b ORDER BY b.id LIMIT $count
MERGE (u:User {id: 'user_content_' + toString($count)})
  ON CREATE SET u.handle = u.id, u.state = 'active', u.private = false, u.displayName = 'c', u.kind = 'member',
    u.language = 'zh', u.createdAt = datetime(), u.behaviourConsentAt = datetime()
MERGE (u)-[:CARTED {firstAt: datetime(), lastAt: datetime(), count: 1}]->(a)
MERGE (u)-[:CARTED {firstAt: datetime(), lastAt: datetime(), count: 1}]->(b)"""


async def ids(client: httpx.AsyncClient, query: str, subject: str) -> list[str]:
    response = await client.post("/graphql", json={"query": query, "variables": {"id": subject}})
    ((found,),) = (value.values() for value in response.json()["data"].values())
    return [node["id"] for node in found["nodes"]]


async def reasons(person: Person, suggested: Person) -> list[str]:
    found = (await person.ask(_TO_FOLLOW))["viewer"]["peopleToFollow"]["edges"]
    return [part["reason"] for edge in found if edge["node"]["id"] == suggested.id for part in edge["reasons"]]


async def build(database: Database) -> None:
    encoder = FakeEncoder()
    await Builder(database).build(encoder, encoder.source)


async def test_a_product_that_nobody_took_up_is_like_those_near_in_meaning(
    bare: Database, client: httpx.AsyncClient, settings: Settings
) -> None:
    shops = [await open_shop(client, bare, settings) for _ in range(3)]
    cold, near, gone = (shop.product_id for shop in shops)
    await cypher(bare, _RENAME, ids=[cold, near, gone], name="qqzz qqzz zzqq")
    assert "none by content, since there are no vectors" in await update(Run(bare), ("products",))
    assert await ids(client, _SIMILAR, cold) == []
    await build(bare)
    await cypher(bare, "MATCH (p:Product {id: $id}) SET p.state = 'unlisted'", id=gone)
    assert "no vectors" not in await update(Run(bare), ("products",))
    assert (await ids(client, _SIMILAR, cold))[0] == near
    edges = await cypher(bare, _EDGES, id=cold)
    noted = await basis.noted(bare, "similarity-products")
    assert noted is not None
    assert len(edges) == MOST
    assert {edge["source"] for edge in edges} == {CONTENT}
    assert [edge["rank"] for edge in edges] == list(range(MOST))
    assert gone not in {edge["id"] for edge in edges}
    assert 0.9 * noted.weak < edges[0]["score"]
    assert all(0 < edge["score"] <= noted.weak * 1.000001 for edge in edges)
    (weaker,) = await cypher(
        bare,
        "MATCH (:Product)-[e:SIMILAR {source: 'behaviour'}]->(:Product) WHERE e.score > 0 "
        "RETURN toFloat(sum(CASE WHEN e.score < $weak THEN 1 ELSE 0 END)) / count(e) AS share",
        weak=noted.weak,
    )
    assert 0.05 < weaker["share"] < 0.15
    before = await cypher(bare, "MATCH (:Product)-[e:SIMILAR]->() RETURN elementId(e) AS e ORDER BY e")
    await update(Run(bare), ("products",))
    assert before == await cypher(bare, "MATCH (:Product)-[e:SIMILAR]->() RETURN elementId(e) AS e ORDER BY e")


async def test_notes_and_people_are_alike_by_meaning_too(bare: Database, client: httpx.AsyncClient) -> None:
    one, other = await join(client), await join(client)
    for person in (one, other):
        await person.done("updateProfile", {"bio": "qqzzqq zzqqzz qqzzqq zzqqzz qqzzqq zzqqzz"})
    first, second = [await post(one, title="wwqq", text="wwwqqq wwwqqq wwwqqq") for _ in range(2)]
    await build(bare)
    await update(Run(bare), ("notes", "people"))
    assert (await ids(client, _RELATED, first))[0] == second
    edges = await cypher(bare, _EDGES, id=one.id)
    assert edges[0]["id"] == other.id
    assert {edge["source"] for edge in edges} == {CONTENT}
    assert "SIMILAR" in await reasons(one, other)
    await one.done("excludeFromRecommendations", {"subjectId": one.id})
    assert "SIMILAR" not in await reasons(one, other)
    # What is hidden is not named, whatever edges stand.
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'hidden'", id=second)
    assert second not in await ids(client, _RELATED, first)
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'published'", id=second)


async def test_behaviour_takes_the_place_of_content(
    bare: Database, client: httpx.AsyncClient, settings: Settings
) -> None:
    """A few edges by behaviour stand before those by content; with enough of them, there are none by content."""
    shop = await open_shop(client, bare, settings)
    await build(bare)

    async def sources(count: int) -> list[str]:
        await cypher(bare, _TAKEN, id=shop.product_id, count=count)
        await update(Run(bare), ("products",))
        return [edge["source"] for edge in await cypher(bare, _EDGES, id=shop.product_id)]

    few = await sources(3)
    assert few.count(BEHAVIOUR) == 3
    assert few.count(CONTENT) == MOST
    many = await sources(40)
    assert set(many) == {BEHAVIOUR}
    await cypher(bare, "MATCH (u:User) WHERE u.id STARTS WITH 'user_content_' DETACH DELETE u")


@pytest.mark.parametrize(
    ("positive", "negative", "added"),
    [(0, 0, MOST), (FEW - 1, 0, MOST), (FEW, 0, 0), (FEW - 1, 80, 100 - 80 - FEW + 1), (0, 100, 0)],
)
async def test_a_row_has_no_more_edges_than_it_may(
    database: Database, monkeypatch: pytest.MonkeyPatch, positive: int, negative: int, added: int
) -> None:
    near = [Found(f"near{at}", 1.0 - at / 100) for at in range(24)] + [Found("opposite", 0.4)]

    async def nearest_to(_: Database, *, ids: list[str], **_asked: Any) -> dict[str, list[Found]]:
        return dict.fromkeys(ids, near)

    monkeypatch.setattr(embeddings, "nearest_to", nearest_to)
    row: Row = {f"up{at}": Edge(2.0, BEHAVIOUR) for at in range(positive)}
    row |= {f"down{at}": Edge(-2.0, BEHAVIOUR) for at in range(negative)}
    content = Content(database, "Product", Space("m", "r", 2), weak=0.5, most=100)
    await content.add({"a": row})
    by_content = {to: edge.score for to, edge in row.items() if edge.source == CONTENT}
    assert len(by_content) == content.added == added
    assert by_content == {f"near{at}": pytest.approx(0.5 * (1 - 2 * at / 100)) for at in range(added)}
