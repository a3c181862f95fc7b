"""Invitations to work for a brand: nobody is made staff unasked."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import audit, fresh, open_shop, people, staff
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


@pytest.fixture
async def owner(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1)
    return found


@pytest.fixture
async def brand_id(owner: Person) -> str:
    made = await owner.done("createBrand", {"handle": fresh("s"), "name": "青屿"}, "brand { id }")
    found: str = made["brand"]["id"]
    return found


_INVITED = """query I($id: ID!) {
  viewer { brandInvitations(first: 5) { edges { role node { id viewerIsStaff } } } }
  brand(id: $id) { invitedStaff(first: 5) { edges { role node { id } } } }
}"""


async def invited(person: Person, brand_id: str) -> tuple[Any, Any]:
    """What invites the person, and whom the brand invites as far as they see it."""
    answer = await person.ask(_INVITED, id=brand_id)
    return answer["viewer"]["brandInvitations"]["edges"], answer["brand"]["invitedStaff"]["edges"]


async def test_nobody_is_silenced_by_being_added(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    critic, other = await people(client, database, settings, 2)
    await shop.owner.done("addBrandStaff", {"brandId": shop.brand_id, "userId": critic.id, "role": "OWNER"})
    mine = [{"role": "OWNER", "node": {"id": shop.brand_id, "viewerIsStaff": False}}]
    assert await invited(critic, shop.brand_id) == (mine, [])
    assert await invited(shop.owner, shop.brand_id) == ([], [{"role": "OWNER", "node": {"id": critic.id}}])
    refused = await critic.act("updateBrand", {"brandId": shop.brand_id, "name": "我的"})
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    await critic.done("writeReview", {"productId": shop.product_id, "rating": 1, "text": "不好用"})
    refused = await other.act("acceptBrandInvitation", {"brandId": shop.brand_id})
    assert code_of(refused) == ("NOT_FOUND", ["input", "brandId"])
    await critic.done("declineBrandInvitation", {"brandId": shop.brand_id})
    for mutation in ("declineBrandInvitation", "acceptBrandInvitation"):
        refused = await critic.act(mutation, {"brandId": shop.brand_id})
        assert code_of(refused) == ("NOT_FOUND", ["input", "brandId"])
    assert await staff(database, shop.brand_id) == {shop.owner.id: "owner"}
    assert await invited(critic, shop.brand_id) == ([], [])
    assert [(one["kind"], one["actor"]) for one in await audit(database, shop.brand_id)] == [
        ("brand_staff_invited", shop.owner.id),
        ("brand_staff_declined", critic.id),
    ]


async def test_invitations_change_and_are_withdrawn(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    person, blocker = await people(client, database, settings, 2)
    for role in ("OWNER", "EDITOR"):
        await owner.done("addBrandStaff", {"brandId": brand_id, "userId": person.id, "role": role})
        assert [one["role"] for one in (await invited(person, brand_id))[0]] == [role]
    await owner.done("removeBrandStaff", {"brandId": brand_id, "userId": person.id})
    assert await invited(person, brand_id) == ([], [])
    assert code_of(await person.act("acceptBrandInvitation", {"brandId": brand_id})) == (
        "NOT_FOUND",
        ["input", "brandId"],
    )
    await owner.done("addBrandStaff", {"brandId": brand_id, "userId": person.id, "role": "EDITOR"})
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=person.id)
    assert code_of(await person.act("acceptBrandInvitation", {"brandId": brand_id})) == ("FORBIDDEN", [])
    await blocker.done("blockUser", {"userId": owner.id})
    refused = await owner.act("addBrandStaff", {"brandId": brand_id, "userId": blocker.id, "role": "EDITOR"})
    assert code_of(refused) == ("NOT_FOUND", ["input", "userId"])
    assert await staff(database, brand_id) == {owner.id: "owner"}


async def test_accepting_and_withdrawing_at_once_leaves_one_of_the_two(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (person,) = await people(client, database, settings, 1)
    both = {"brandId": brand_id, "userId": person.id}
    await owner.done("addBrandStaff", {**both, "role": "EDITOR"})
    ends = await asyncio.gather(
        *(person.act("acceptBrandInvitation", {"brandId": brand_id}) for _ in range(3)),
        owner.act("removeBrandStaff", both),
    )
    assert ends[-1]["errors"] == []
    assert [code_of(one)[0] for one in ends[:3] if one["errors"]] in (["NOT_FOUND"] * 2, ["NOT_FOUND"] * 3)
    assert (await invited(person, brand_id))[0] == []
    assert await staff(database, brand_id) == {owner.id: "owner"}


async def test_a_brand_has_so_many_staff_and_invited(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (person,) = await people(client, database, settings, 1)
    await cypher(
        database,
        "MATCH (b:Brand {id: $id}) MATCH (u:User) WHERE u.state = 'active' AND NOT u.id IN $without "
        "WITH b, u LIMIT 199 CREATE (u)-[:INVITED_AS_STAFF {role: 'editor', at: datetime()}]->(b)",
        id=brand_id,
        without=[owner.id, person.id],
    )
    given = {"brandId": brand_id, "userId": person.id, "role": "EDITOR"}
    refused = await owner.act("addBrandStaff", given)
    assert code_of(refused) == ("LIMIT_EXCEEDED", ["input", "brandId"])
    await cypher(
        database, "MATCH (:Brand {id: $id})<-[e:INVITED_AS_STAFF]-() WITH e LIMIT 1 DELETE e RETURN 1 AS x", id=brand_id
    )
    await owner.done("addBrandStaff", given)
    (row,) = await cypher(
        database, "MATCH (:Brand {id: $id})<-[e:INVITED_AS_STAFF]-() RETURN count(e) AS invited", id=brand_id
    )
    assert row["invited"] == 199
    await cypher(database, "MATCH (:Brand {id: $id})<-[e:INVITED_AS_STAFF]-() DELETE e", id=brand_id)
