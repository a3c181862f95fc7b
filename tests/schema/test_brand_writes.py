"""Brands through the API: founded, described, vetted, staffed, with stores."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from graph.database import Database
from graph.rules.access import Role
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import audit, fresh, hire, people, staff
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
BRAND = "brand { handle name nameEn description verified viewerIsStaff productCount }"


@pytest.fixture
async def owner(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1)
    return found


@pytest.fixture
async def brand_id(owner: Person) -> str:
    made = await owner.done("createBrand", {"handle": fresh("s"), "name": "青屿"}, "brand { id }")
    found: str = made["brand"]["id"]
    return found


async def test_a_new_brand(database: Database, owner: Person) -> None:
    handle = fresh("s")
    given = {"handle": f"@{handle.upper()}", "name": " 青屿 ", "nameEn": "Qingyu", "description": "海边的实验室"}
    made = await owner.done("createBrand", given, f"brand {{ id }} {BRAND}")
    brand_id = made["brand"].pop("id")
    assert made["brand"] == {
        "handle": handle,
        "name": "青屿",
        "nameEn": "Qingyu",
        "description": "海边的实验室",
        "verified": False,
        "viewerIsStaff": True,
        "productCount": 0,
    }
    assert await staff(database, brand_id) == {owner.id: "owner"}
    taken = await owner.act("createBrand", {"handle": handle, "name": "别家"}, "brand { id }")
    assert (code_of(taken), taken["brand"]) == (("CONFLICT", ["input", "handle"]), None)
    for wrong in ("ab", "9lives", "admin", "has space"):
        assert code_of(await owner.act("createBrand", {"handle": wrong, "name": "x"})) == (
            "INVALID",
            ["input", "handle"],
        )
    (row,) = await cypher(database, "MATCH (:User {id: $id})-[:STAFF_OF]->(b) RETURN count(b) AS brands", id=owner.id)
    assert row["brands"] == 1


async def test_who_is_suspended_founds_nothing(database: Database, owner: Person) -> None:
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=owner.id)
    handle = fresh("s")
    assert code_of(await owner.act("createBrand", {"handle": handle, "name": "x"})) == ("FORBIDDEN", [])
    assert await cypher(database, "MATCH (b:Brand {handle: $handle}) RETURN b.id AS id", handle=handle) == []


async def test_what_a_brand_says_of_itself(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    editor, stranger = await people(client, database, settings, 2)
    await hire(owner, brand_id, editor)
    given = {"brandId": brand_id, "name": "新屿", "nameEn": "Xinyu", "description": "一家实验室"}
    changed = (await editor.done("updateBrand", given, BRAND))["brand"]
    assert (changed["name"], changed["nameEn"], changed["description"]) == ("新屿", "Xinyu", "一家实验室")
    changed = (await owner.done("updateBrand", {"brandId": brand_id, "nameEn": None}, BRAND))["brand"]
    assert (changed["name"], changed["nameEn"], changed["description"]) == ("新屿", None, "一家实验室")
    refused = await owner.act("updateBrand", {"brandId": brand_id, "name": None}, BRAND)
    assert code_of(refused) == ("INVALID", ["input", "name"])
    refused = await stranger.act("updateBrand", {"brandId": brand_id, "name": "我的"}, BRAND)
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    refused = await stranger.act("updateBrand", {"brandId": "brand_absent", "name": "我的"}, BRAND)
    assert code_of(refused) == ("NOT_FOUND", ["input", "brandId"])
    (row,) = await cypher(database, "MATCH (b:Brand {id: $id}) RETURN b.name AS name", id=brand_id)
    assert row["name"] == "新屿"


async def test_vetting_is_for_moderators(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (moderator,) = await people(client, database, settings, 1, Role.MODERATOR)
    given = {"brandId": brand_id, "verified": True}
    refused = await owner.act("setBrandVerified", given, BRAND)
    assert code_of(refused) == ("FORBIDDEN", [])
    assert await audit(database, brand_id) == []
    done = await moderator.done("setBrandVerified", given, "brand { verified }")
    assert done["brand"] == {"verified": True}
    done = await moderator.done("setBrandVerified", {**given, "verified": False}, "brand { verified }")
    assert done["brand"] == {"verified": False}
    assert await audit(database, brand_id) == [
        {"kind": "brand_verified", "actor": moderator.id, "detail": {}},
        {"kind": "brand_unverified", "actor": moderator.id, "detail": {}},
    ]


async def test_a_moderator_no_more_vets_nothing_whatever_their_token_says(
    client: httpx.AsyncClient, database: Database, settings: Settings, brand_id: str
) -> None:
    (moderator,) = await people(client, database, settings, 1, Role.MODERATOR)
    account = "MATCH (u:User {id: $id})-[:HAS_ACCOUNT]->(a) "
    given = {"brandId": brand_id, "verified": True}
    for undo in ("SET a.roles = ['analyst']", "SET a.roles = ['moderator'], u.state = 'suspended'"):
        await cypher(database, account + undo, id=moderator.id)
        refused = await moderator.act("setBrandVerified", given, BRAND)
        assert code_of(refused) == ("FORBIDDEN", [])
    (row,) = await cypher(database, "MATCH (b:Brand {id: $id}) RETURN b.verified AS verified", id=brand_id)
    assert row["verified"] is False
    assert await audit(database, brand_id) == []
    await cypher(database, account + "SET u.state = 'active'", id=moderator.id)
    await moderator.done("setBrandVerified", given)


async def test_staff(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    editor, stranger = await people(client, database, settings, 2)
    given = {"brandId": brand_id, "userId": editor.id, "role": "EDITOR"}
    refused = await stranger.act("addBrandStaff", {**given, "userId": stranger.id})
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    added = await owner.done("addBrandStaff", given, "user { handle } brand { viewerIsStaff }")
    assert (added["user"], added["brand"]) == ({"handle": editor.handle}, {"viewerIsStaff": True})
    assert await staff(database, brand_id) == {owner.id: "owner"}
    accepted = await editor.done("acceptBrandInvitation", {"brandId": brand_id}, "brand { viewerIsStaff }")
    assert accepted["brand"] == {"viewerIsStaff": True}
    refused = await editor.act("addBrandStaff", {**given, "userId": stranger.id})
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    refused = await owner.act("addBrandStaff", {**given, "userId": "user_absent"})
    assert code_of(refused) == ("NOT_FOUND", ["input", "userId"])
    assert await staff(database, brand_id) == {owner.id: "owner", editor.id: "editor"}
    question = """query S($id: ID!) { brand(id: $id) {
      viewerIsStaff staff(first: 5) { edges { role node { id } } } } }"""
    listed = [{"role": "OWNER", "node": {"id": owner.id}}, {"role": "EDITOR", "node": {"id": editor.id}}]
    listed.sort(key=lambda one: owner.handle if one["role"] == "OWNER" else editor.handle)
    assert (await editor.ask(question, id=brand_id))["brand"] == {"viewerIsStaff": True, "staff": {"edges": listed}}
    assert (await stranger.ask(question, id=brand_id))["brand"] == {"viewerIsStaff": False, "staff": {"edges": []}}
    nobody = await client.post("/graphql", json={"query": question, "variables": {"id": brand_id}})
    assert nobody.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
    await editor.done("removeBrandStaff", {"brandId": brand_id, "userId": editor.id})
    refused = await owner.act("removeBrandStaff", {"brandId": brand_id, "userId": editor.id})
    assert code_of(refused) == ("NOT_FOUND", ["input", "userId"])
    assert await staff(database, brand_id) == {owner.id: "owner"}
    assert await audit(database, brand_id) == [
        {"kind": "brand_staff_invited", "actor": owner.id, "detail": {"userId": editor.id, "role": "editor"}},
        {"kind": "brand_staff_added", "actor": editor.id, "detail": {"userId": editor.id, "role": "editor"}},
        {"kind": "brand_staff_removed", "actor": editor.id, "detail": {"userId": editor.id, "role": "editor"}},
    ]


async def test_roles_of_staff_change_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (editor,) = await people(client, database, settings, 1)
    await hire(owner, brand_id, editor)
    await owner.done("addBrandStaff", {"brandId": brand_id, "userId": editor.id, "role": "OWNER"})
    assert await staff(database, brand_id) == {owner.id: "owner", editor.id: "owner"}
    await editor.done("addBrandStaff", {"brandId": brand_id, "userId": owner.id, "role": "EDITOR"})
    assert await staff(database, brand_id) == {owner.id: "editor", editor.id: "owner"}
    assert [one["kind"] for one in await audit(database, brand_id)][2:] == ["brand_role_changed"] * 2


async def test_a_brand_keeps_an_owner(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (second,) = await people(client, database, settings, 1)
    leave = {"brandId": brand_id, "userId": owner.id}
    assert code_of(await owner.act("removeBrandStaff", leave)) == ("CONFLICT", ["input", "userId"])
    refused = await owner.act("addBrandStaff", {**leave, "role": "EDITOR"})
    assert code_of(refused) == ("CONFLICT", ["input", "userId"])
    await hire(owner, brand_id, second, "OWNER")
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=second.id)
    assert code_of(await owner.act("removeBrandStaff", leave)) == ("CONFLICT", ["input", "userId"])
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'active'", id=second.id)
    both = await asyncio.gather(
        owner.act("removeBrandStaff", leave),
        second.act("removeBrandStaff", {"brandId": brand_id, "userId": second.id}),
    )
    assert sorted(len(one["errors"]) for one in both) == [0, 1]
    assert list((await staff(database, brand_id)).values()) == ["owner"]


async def test_stores(
    client: httpx.AsyncClient, database: Database, settings: Settings, owner: Person, brand_id: str
) -> None:
    (stranger,) = await people(client, database, settings, 1)
    given = {"brandId": brand_id, "name": "青屿旗舰店", "kind": "FLAGSHIP", "idempotencyKey": "store"}
    opened = await owner.done("openStore", given, "store { id name kind brand { id } }")
    store = opened["store"]
    assert store == {"id": store["id"], "name": "青屿旗舰店", "kind": "FLAGSHIP", "brand": {"id": brand_id}}
    assert (await owner.done("openStore", given, "store { id }"))["store"] == {"id": store["id"]}
    refused = await stranger.act("openStore", {**given, "name": "假的"})
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    asked = await owner.ask("query S($id: ID!) { brand(id: $id) { stores(first: 5) { nodes { id } } } }", id=brand_id)
    assert asked["brand"]["stores"]["nodes"] == [{"id": store["id"]}]
