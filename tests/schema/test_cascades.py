"""Who first spread a note or a product, through the API, and who may know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.database import Database
from graph.rules.access import Role
from settings import Settings
from tests.schema.community import Person
from tests.schema.shop import feature, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_CASCADE = "cascade { people origins depth complete steps { userId at noteId sponsored parentId depth descendants } }"
NOTE = f"query N($id: ID!) {{ note(id: $id) {{ {_CASCADE} }} }}"
PRODUCT = f"query P($id: ID!) {{ product(id: $id) {{ {_CASCADE} }} }}"
START = datetime(2026, 5, 1, tzinfo=UTC)


async def follow(database: Database, who: Person, whom: Person, day: int) -> None:
    await cypher(
        database, "MATCH (a:User {id: $a}) MATCH (b:User {id: $b}) CREATE (a)-[:FOLLOWS {at: $at, to: $b}]->(b)",
        a=who.id, b=whom.id, at=START + timedelta(days=day),
    )  # fmt: skip


async def like(database: Database, who: Person, note: str, day: int) -> None:
    await cypher(
        database, "MATCH (a:User {id: $a}) MATCH (n:Note {id: $n}) CREATE (a)-[:LIKES {at: $at, to: $n}]->(n)",
        a=who.id, n=note, at=START + timedelta(days=day),
    )  # fmt: skip


async def shown(database: Database, who: Person, product: str, day: int) -> str:
    note = await feature(database, who, product)
    await cypher(
        database, "MATCH (n:Note {id: $n})-[f:FEATURES]->() SET n.publishedAt = $at, f.at = $at",
        n=note, at=START + timedelta(days=day),
    )  # fmt: skip
    return note


def tree(found: Any, names: dict[str, str]) -> list[tuple[str, str | None, int, int]]:
    return [
        (names[one["userId"]], names.get(one["parentId"]), one["depth"], one["descendants"]) for one in found["steps"]
    ]


async def test_how_a_note_spread(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    author, near, far, alone, late, blocked = everybody = await people(client, database, settings, 6)
    (analyst,) = await people(client, database, settings, 1, Role.ANALYST)
    shop = await open_shop(client, database, settings)
    note = await shown(database, author, shop.product_id, 0)
    await follow(database, near, author, -5)
    await follow(database, far, near, -5)
    await follow(database, far, author, -5)
    # Whom somebody follows only afterwards is no source.
    await follow(database, alone, author, 9)
    await follow(database, late, alone, 1)
    for day, who in ((1, near), (2, far), (3, alone), (5, blocked)):
        await like(database, who, note, day)
    await late.done("commentOnNote", {"noteId": note, "text": "买了"})
    await like(database, late, note, 4)
    await author.done("blockUser", {"userId": blocked.id})
    names = dict(zip([one.id for one in everybody], ["author", "near", "far", "alone", "late", "blocked"], strict=True))
    steps = [("author", None, 0, 2), ("near", "author", 1, 1), ("far", "near", 2, 0), ("alone", None, 0, 1)]
    mine = (await author.ask(NOTE, id=note))["note"]["cascade"]
    assert tree(mine, names) == [*steps, ("late", "alone", 1, 0)]
    assert mine | {"people": 5, "origins": 2, "depth": 2, "complete": True} == mine
    theirs = (await analyst.ask(NOTE, id=note))["note"]["cascade"]
    assert tree(theirs, names) == [*steps, ("late", "alone", 1, 0), ("blocked", None, 0, 0)]
    assert (await near.ask(NOTE, id=note))["note"]["cascade"] is None
    assert (await shop.owner.ask(NOTE, id=note))["note"]["cascade"]["people"] == 6
    nobody = await client.post("/graphql", json={"query": NOTE, "variables": {"id": note}})
    assert nobody.json()["data"]["note"]["cascade"] is None


async def test_how_a_product_spread(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    first, second, third, other = everybody = await people(client, database, settings, 4)
    (analyst,) = await people(client, database, settings, 1, Role.ANALYST)
    shop = await open_shop(client, database, settings)
    notes = [await shown(database, who, shop.product_id, day) for day, who in enumerate((first, second, third, other))]
    await shown(database, first, shop.product_id, 9)
    hidden = await shown(database, shop.owner, shop.product_id, -1)
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden'", id=hidden)
    await cypher(database, "MATCH (:Note {id: $id})-[f:FEATURES]->() SET f.sponsored = true", id=notes[0])
    await follow(database, second, first, -3)
    await follow(database, third, first, -3)
    await follow(database, third, second, -3)
    names = dict(zip([one.id for one in everybody], ["first", "second", "third", "other"], strict=True))
    for who in (analyst, shop.owner):
        found = (await who.ask(PRODUCT, id=shop.product_id))["product"]["cascade"]
        assert tree(found, names) == [
            ("first", None, 0, 2),
            ("second", "first", 1, 1),
            ("third", "second", 2, 0),
            ("other", None, 0, 0),
        ]
        assert [one["noteId"] for one in found["steps"]] == notes
        assert [one["sponsored"] for one in found["steps"]] == [True, False, False, False]
    assert (await first.ask(PRODUCT, id=shop.product_id))["product"]["cascade"] is None
    empty = await open_shop(client, database, settings)
    assert (await analyst.ask(PRODUCT, id=empty.product_id))["product"]["cascade"]["people"] == 0
