"""A brand with a product on sale, and people who may buy, for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import uuid_utils

from graph import orders
from graph.database import Database
from graph.rules.access import Role, Viewer
from payments.gateway import Gateway
from resolvers.services import make_services, make_tokens
from schema.execution import Executor
from settings import Settings
from tests.schema.community import Person
from tests.schema.support import cypher

ACCEPT, DECLINE = "sandbox:accept", "sandbox:decline"
_PEOPLE = """
UNWIND $people AS one
CREATE (user:User {id: one.id, handle: one.handle, displayName: '某人', language: 'zh', kind: 'member', state: 'active',
               private: false, createdAt: $now})
FOREACH (_ IN CASE WHEN size($roles) = 0 THEN [] ELSE [1] END |
  CREATE (user)-[:HAS_ACCOUNT]->(:Account {
    id: 'account_' + one.id, email: 'sealed', emailKey: one.id, passwordHash: 'sealed', passwordVersion: 1,
    roles: $roles, failedSignIns: 0, createdAt: $now}))"""


@dataclass(frozen=True, slots=True)
class Shop:
    """A brand, its owner, and a product of one variant."""

    owner: Person
    brand_id: str
    product_id: str
    variant_id: str


def fresh(prefix: str) -> str:
    """A name that nothing has."""
    return f"{prefix}{uuid_utils.uuid7().hex[-20:]}"


async def people(
    client: httpx.AsyncClient, database: Database, settings: Settings, count: int, *roles: Role
) -> list[Person]:
    """So many people with access tokens, without the cost of their signing up."""
    now = datetime.now(UTC)
    tokens = make_tokens(settings)
    handles = [fresh("b") for _ in range(count)]
    made = [{"id": f"user_{uuid_utils.uuid7().hex}", "handle": handle} for handle in handles]
    await cypher(database, _PEOPLE, people=made, roles=sorted(roles), now=now)
    found = []
    for one in made:
        token = tokens.access(Viewer(one["id"], frozenset({Role.MEMBER, *roles}), "session_test"), now=now)
        found.append(Person(client, one["id"], one["handle"], "", {"accessToken": token}))
    return found


async def category(database: Database, slug: str = "beauty") -> str:
    """The id of a category of the demo."""
    (row,) = await cypher(database, "MATCH (c:Category {slug: $slug}) RETURN c.id AS id", slug=slug)
    found: str = row["id"]
    return found


def variant(**values: Any) -> dict[str, Any]:
    """The input of a new variant."""
    return {"sku": fresh("SKU-"), "name": "30 ml", "priceMinor": 3_900, "stock": 20, **values}


async def open_shop(
    client: httpx.AsyncClient, database: Database, settings: Settings, *, stock: int = 20, price_minor: int = 3_900
) -> Shop:
    """A new brand with a product on sale."""
    (owner,) = await people(client, database, settings, 1)
    made = await owner.done("createBrand", {"handle": fresh("s"), "name": "青屿"}, "brand { id }")
    brand_id = made["brand"]["id"]
    given = {
        "brandId": brand_id,
        "name": "海藻精华",
        "categoryId": await category(database),
        "currency": "CNY",
        "variants": [variant(stock=stock, priceMinor=price_minor)],
    }
    product = (await owner.done("createProduct", given, "product { id variants(first: 1) { nodes { id } } }"))[
        "product"
    ]
    return Shop(owner, brand_id, product["id"], product["variants"]["nodes"][0]["id"])


async def hire(owner: Person, brand_id: str, person: Person, role: str = "EDITOR") -> None:
    """Has the person work for the brand, as both agree."""
    await owner.done("addBrandStaff", {"brandId": brand_id, "userId": person.id, "role": role})
    await person.done("acceptBrandInvitation", {"brandId": brand_id})


async def audit(database: Database, subject_id: str) -> list[dict[str, Any]]:
    """What of it the audit records, oldest first."""
    rows = await cypher(
        database,
        "MATCH (e:AuditEvent {subjectId: $id}) RETURN e.kind AS kind, e.actorId AS actor, e.detail AS detail "
        "ORDER BY e.at, e.kind",
        id=subject_id,
    )
    return [{**row, "detail": orjson.loads(row["detail"])} for row in rows]


async def staff(database: Database, brand_id: str) -> dict[str, str]:
    """The roles of those who work for the brand, by id."""
    rows = await cypher(
        database, "MATCH (u:User)-[s:STAFF_OF]->(:Brand {id: $id}) RETURN u.id AS user, s.role AS role", id=brand_id
    )
    return {row["user"]: row["role"] for row in rows}


async def stock_of(database: Database, variant_id: str) -> int:
    """The units that can be sold."""
    (row,) = await cypher(database, "MATCH (v:Variant {id: $id}) RETURN v.stock AS stock", id=variant_id)
    found: int = row["stock"]
    return found


async def orders_of(database: Database, variant_id: str) -> list[dict[str, Any]]:
    """State and units of the variant's orders, oldest first."""
    return await cypher(
        database,
        "MATCH (:Variant {id: $id})<-[:OF]-(l:OrderLine)<-[:CONTAINS]-(o:Order) "
        "RETURN o.id AS id, o.state AS state, l.quantity AS quantity ORDER BY o.placedAt, o.id",
        id=variant_id,
    )


async def feature(database: Database, author: Person, product_id: str, **values: Any) -> str:
    """The id of a published note of the author that shows the product."""
    note_id = f"note_{uuid_utils.uuid7().hex}"
    texts = {"kind": "text", "title": "晨间", "text": "用了两周", "language": "zh"}
    properties = {"id": note_id, "authorId": author.id, "state": "published", "audience": "everyone", **texts, **values}
    await cypher(
        database,
        "MATCH (a:User {id: $author}), (p:Product {id: $product}), (c:Category {slug: 'beauty'}) "
        "CREATE (a)-[:POSTED {at: $now}]->(n:Note) "
        "CREATE (n)-[:FEATURES {position: 0, sponsored: false, at: $now, to: p.id}]->(p) "
        "CREATE (n)-[:IN_CATEGORY]->(c) "
        "SET n += $properties, n.categoryId = c.id, n.createdAt = $now, n.publishedAt = $now",
        author=author.id,
        product=product_id,
        properties=properties,
        now=datetime.now(UTC),
    )
    return note_id


async def expire(database: Database, order_id: str) -> None:
    """Does what the worker does with the order when its time is over."""
    await database.unit(lambda tx: orders.expire_order(tx, order_id=order_id, now=datetime.now(UTC)))


def executor_with(database: Database, settings: Settings, gateway: Gateway) -> Executor:
    """Answers operations with that gateway."""
    return Executor(replace(make_services(database, settings), gateway=gateway), settings)
