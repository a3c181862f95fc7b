"""Parts of the graph as pictures: what is around, what joins, the shortest way; and what is never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from graph.database import Database
from graph.rules.access import Role
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import fresh_topic, post
from tests.schema.shop import Shop, feature, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_PICTURE = "nodes { id type name } ties { kind start end } more"
AROUND = f"""query N($id: ID!, $kinds: [TieKind!], $way: TieDirection! = BOTH, $n: Int! = 20) {{
  found: neighbourhood(id: $id, kinds: $kinds, direction: $way, first: $n) {{ {_PICTURE} }} }}"""
AMONG = f"query P($ids: [ID!]!) {{ found: graphPicture(ids: $ids) {{ {_PICTURE} }} }}"
PATH = f"""query W($from: ID!, $to: ID!, $kinds: [TieKind!]) {{
  found: graphPath(from: $from, to: $to, kinds: $kinds) {{ {_PICTURE} }} }}"""
STRONGEST = f"""query S($from: ID!, $to: ID!) {{
  found: strongestPath(from: $from, to: $to) {{ strength strengths considered path {{ {_PICTURE} }} }} }}"""
_BUY = """MATCH (u:User {id: $u}) MATCH (p:Product {id: $p})
CREATE (u)-[:PURCHASED {firstAt: $now, lastAt: $now, orders: 1, quantity: 1}]->(p) RETURN 1"""


@pytest.fixture
async def analyst(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1, Role.ANALYST)
    return found


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> Shop:
    return await open_shop(client, database, settings)


def ties(found: Any) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["start"], one["end"]) for one in found["ties"]}


def ids(found: Any) -> set[str]:
    return {one["id"] for one in found["nodes"]}


async def look(who: Person, query: str, **given: Any) -> Any:
    return (await who.ask(query, **given))["found"]


async def refused(who: Person, query: str, **given: Any) -> str:
    answer = await who.post(query, **given)
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


async def test_a_person_with_whom_they_follow_and_what_they_did(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person, shop: Shop
) -> None:
    author, fan, other = await people(client, database, settings, 3)
    note = await feature(database, author, shop.product_id)
    await fan.done("followUser", {"userId": author.id})
    await author.done("followUser", {"userId": other.id})
    await author.done("followBrand", {"brandId": shop.brand_id})
    await fan.done("likeNote", {"noteId": note})
    found = await look(analyst, AROUND, id=author.id)
    assert ties(found) == {
        ("FOLLOWS", fan.id, author.id),
        ("FOLLOWS", author.id, other.id),
        ("FOLLOWS", author.id, shop.brand_id),
        ("POSTED", author.id, note),
    }
    assert found["nodes"][0] == {"id": author.id, "type": "User", "name": "某人"}
    assert found["more"] == []
    only = await look(analyst, AROUND, id=author.id, kinds=["FOLLOWS"], way="OUT", n=1)
    assert ties(only) == {("FOLLOWS", author.id, shop.brand_id)}  # the newest
    assert only["more"] == ["FOLLOWS"]
    of_note = await look(analyst, AROUND, id=note)
    assert {("POSTED", author.id, note), ("LIKES", fan.id, note), ("FEATURES", note, shop.product_id)} <= ties(of_note)
    of_product = await look(analyst, AROUND, id=shop.product_id)
    assert {("FEATURES", note, shop.product_id), ("MAKES", shop.brand_id, shop.product_id)} <= ties(of_product)
    of_brand = await look(analyst, AROUND, id=shop.brand_id)
    assert ties(of_brand) == {("MAKES", shop.brand_id, shop.product_id), ("FOLLOWS", author.id, shop.brand_id)}


async def test_what_is_not_for_everybody_is_in_no_picture(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person, shop: Shop
) -> None:
    author, blocker, suspended, buyer = await people(client, database, settings, 4)
    topic = fresh_topic()
    shown = await post(author, topics=[topic])
    closed = await post(author, topics=[topic], audience="FOLLOWERS")
    taken_down = await post(author, topics=[topic])
    of_blocker = await post(blocker, topics=[topic])
    for one in (blocker, suspended):
        await one.done("followUser", {"userId": author.id})
        await one.done("likeNote", {"noteId": shown})
    await analyst.done("followUser", {"userId": author.id})
    await blocker.done("blockUser", {"userId": analyst.id})
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=suspended.id)
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN 1", id=taken_down)
    await cypher(database, _BUY, u=buyer.id, p=shop.product_id, now=datetime.now(UTC))
    (row,) = await cypher(database, "MATCH (t:Topic {name: $name}) RETURN t.id AS id", name=topic)
    never = {closed, taken_down, of_blocker, blocker.id, suspended.id, buyer.id}
    everything = [author.id, shown, row["id"], shop.product_id, *never]
    for middle in (author.id, shown, row["id"], shop.product_id):
        found = await look(analyst, AROUND, id=middle, n=100)
        assert not ids(found) & never
        assert not {end for _, *ends in ties(found) for end in ends} & never
    for absent in sorted(never - {buyer.id}):
        assert await look(analyst, AROUND, id=absent) is None
        assert await look(analyst, PATH, **{"from": author.id, "to": absent}) is None
    among = await look(analyst, AMONG, ids=everything)
    assert ids(among) == {author.id, shown, row["id"], shop.product_id, buyer.id}
    assert ties(among) == {("POSTED", author.id, shown), ("TAGGED", shown, row["id"])}
    # Who bought it is not joined to it, by any way.
    assert await look(analyst, PATH, **{"from": buyer.id, "to": shop.product_id}) is None
    assert ids(await look(analyst, AROUND, id=buyer.id)) == {buyer.id}


async def test_the_shortest_way_goes_around_what_is_not_seen(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person
) -> None:
    start, near, far, middle, end = await people(client, database, settings, 5)
    for one, other in ((start, near), (near, end), (start, far), (far, middle), (middle, end)):
        await one.done("followUser", {"userId": other.id})
    ends = {"from": start.id, "to": end.id}
    found = await look(analyst, PATH, **ends)
    assert [one["id"] for one in found["nodes"]] == [start.id, near.id, end.id]
    assert [(one["kind"], one["start"], one["end"]) for one in found["ties"]] == [
        ("FOLLOWS", start.id, near.id),
        ("FOLLOWS", near.id, end.id),
    ]
    await near.done("blockUser", {"userId": analyst.id})
    found = await look(analyst, PATH, **ends)
    assert [one["id"] for one in found["nodes"]] == [start.id, far.id, middle.id, end.id]
    assert await look(analyst, PATH, **ends, kinds=["LIKES"]) is None
    assert await refused(analyst, PATH, **{"from": start.id, "to": start.id}) == "INVALID"
    assert await refused(analyst, PATH, **ends, kinds=["SIMILAR"]) == "INVALID"


async def test_it_is_for_analysts_and_brands(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person, shop: Shop
) -> None:
    (member,) = await people(client, database, settings, 1)
    given: list[tuple[str, dict[str, Any]]] = [
        (AROUND, {"id": shop.brand_id}),
        (AMONG, {"ids": [shop.brand_id]}),
        (PATH, {"from": shop.brand_id, "to": shop.product_id}),
    ]
    for query, variables in given:
        assert ids(await look(shop.owner, query, **variables)) >= {shop.brand_id}
        assert await refused(member, query, **variables) == "FORBIDDEN"
        visitor = await client.post("/graphql", json={"query": query, "variables": variables})
        assert visitor.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
    assert await refused(analyst, AROUND, id=shop.brand_id, n=101) == "INVALID"
    assert await refused(analyst, AMONG, ids=["x"] * 501) == "LIMIT_EXCEEDED"
    for nothing in ("brand_none", "account_1", "nonsense"):
        assert await look(analyst, AROUND, id=nothing) is None
    assert (await look(analyst, AMONG, ids=["nonsense", shop.brand_id]))["nodes"][0]["id"] == shop.brand_id


async def test_the_strongest_of_the_shortest_ways(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person, shop: Shop
) -> None:
    author, strong, weak, fan, alone = await people(client, database, settings, 5)
    for one in (strong, weak):
        await one.done("followUser", {"userId": author.id})
        await fan.done("followUser", {"userId": one.id})
        liked = await post(one)
        if one is strong:
            await fan.done("likeNote", {"noteId": liked})
    found = await look(analyst, STRONGEST, **{"from": author.id, "to": fan.id})
    assert [one["id"] for one in found["path"]["nodes"]] == [author.id, strong.id, fan.id]
    assert ties(found["path"]) == {("FOLLOWS", strong.id, author.id), ("FOLLOWS", fan.id, strong.id)}
    # Nobody likes one of the author's no notes: 1/2; the fan likes the one note of the other: 2/3.
    assert found["strengths"] == pytest.approx([1 / 2, 2 / 3])
    assert (found["strength"], found["considered"]) == (pytest.approx(1 / 3), 2)
    await fan.done("followBrand", {"brandId": shop.brand_id})
    to_brand = await look(analyst, STRONGEST, **{"from": author.id, "to": shop.brand_id})
    assert [one["type"] for one in to_brand["path"]["nodes"]] == ["User", "User", "User", "Brand"]
    assert to_brand["strength"] == pytest.approx(1 / 6)
    await analyst.done("blockUser", {"userId": strong.id})
    other = await look(analyst, STRONGEST, **{"from": author.id, "to": fan.id})
    assert [one["id"] for one in other["path"]["nodes"]] == [author.id, weak.id, fan.id]
    assert other["strengths"] == pytest.approx([1 / 2, 1 / 3])
    assert await look(analyst, STRONGEST, **{"from": author.id, "to": alone.id}) is None
    assert await look(analyst, STRONGEST, **{"from": author.id, "to": strong.id}) is None
    for given, code in (
        ({"from": author.id, "to": author.id}, "INVALID"),
        ({"from": shop.brand_id, "to": author.id}, "INVALID"),
        ({"from": author.id, "to": shop.product_id}, "INVALID"),
        ({"from": "user_x'}) RETURN 1 //", "to": author.id}, "INVALID"),
    ):
        assert await refused(analyst, STRONGEST, **given) == code
    assert await refused(fan, STRONGEST, **{"from": author.id, "to": fan.id}) == "FORBIDDEN"
