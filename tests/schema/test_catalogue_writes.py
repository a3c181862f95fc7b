"""Products, variants and stock through the API, and who may change them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import Shop, category, open_shop, people, stock_of, variant
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
PRODUCT = """product { id name description state reviewCount averageRating price { amountMinor currency }
  brand { id } category { slug }
  variants(first: 50) { totalCount nodes { sku name stock inStock price { amountMinor currency } } } }"""


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> Shop:
    return await open_shop(client, database, settings)


@pytest.fixture
async def stranger(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1)
    return found


async def new(database: Database, shop: Shop, **values: Any) -> dict[str, Any]:
    """The input of a new product."""
    given = {"brandId": shop.brand_id, "name": "防晒", "categoryId": await category(database), "currency": "CNY"}
    return {**given, "variants": [variant()], **values}


async def product_count(database: Database, brand_id: str) -> int:
    (row,) = await cypher(
        database,
        "MATCH (p:Product) WHERE p.brandId = $id AND p.createdAt IS NOT NULL RETURN count(p) AS n",
        id=brand_id,
    )
    found: int = row["n"]
    return found


async def test_a_new_product(database: Database, shop: Shop) -> None:
    store = {"brandId": shop.brand_id, "name": "店", "kind": "OUTLET"}
    store_id = (await shop.owner.done("openStore", store, "store { id }"))["store"]["id"]
    dear, cheap = variant(name="50 ml", priceMinor=9_900, stock=0), variant(name="15 ml", priceMinor=2_900)
    given = await new(
        database, shop, description="轻薄\n不黏", currency="cny", variants=[dear, cheap], storeIds=[store_id]
    )
    made = (await shop.owner.done("createProduct", given, PRODUCT))["product"]
    product_id = made.pop("id")
    assert made == {
        "name": "防晒",
        "description": "轻薄\n不黏",
        "state": "LISTED",
        "reviewCount": 0,
        "averageRating": None,
        "price": {"amountMinor": 2_900, "currency": "CNY"},
        "brand": {"id": shop.brand_id},
        "category": {"slug": "beauty"},
        "variants": {
            "totalCount": 2,
            "nodes": [
                {"sku": dear["sku"], "name": "50 ml", "stock": 0, "inStock": False,
                 "price": {"amountMinor": 9_900, "currency": "CNY"}},
                {"sku": cheap["sku"], "name": "15 ml", "stock": 20, "inStock": True,
                 "price": {"amountMinor": 2_900, "currency": "CNY"}},
            ],
        },
    }  # fmt: skip
    asked = await shop.owner.ask(
        """query B($brand: ID!, $store: ID!) {
          brand(id: $brand) { products(first: 1, orderBy: NEWEST) { totalCount nodes { id } } }
          node(id: $store) { ... on Store { products(first: 5) { nodes { id } } } } }""",
        brand=shop.brand_id,
        store=store_id,
    )
    assert asked["brand"]["products"] == {"totalCount": 2, "nodes": [{"id": product_id}]}
    assert asked["node"]["products"]["nodes"] == [{"id": product_id}]


async def test_products_that_are_refused(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, stranger: Person
) -> None:
    given = await new(database, shop)
    other = await open_shop(client, database, settings)
    store = {"brandId": other.brand_id, "name": "别家", "kind": "OUTLET"}
    foreign = (await other.owner.done("openStore", store, "store { id }"))["store"]["id"]
    twin = variant()
    refusals = [
        ({**given, "brandId": "brand_absent"}, "NOT_FOUND", ["brandId"]),
        ({**given, "brandId": other.brand_id}, "FORBIDDEN", ["brandId"]),
        ({**given, "categoryId": "category_absent"}, "NOT_FOUND", ["categoryId"]),
        ({**given, "storeIds": [foreign]}, "NOT_FOUND", ["storeIds"]),
        ({**given, "currency": "yuan"}, "INVALID", ["currency"]),
        ({**given, "variants": []}, "INVALID", ["variants"]),
        ({**given, "variants": [variant() for _ in range(51)]}, "INVALID", ["variants"]),
        ({**given, "variants": [twin, twin]}, "CONFLICT", ["variants"]),
        ({**given, "variants": [variant(), variant(priceMinor=0)]}, "INVALID", ["variants", "1", "priceMinor"]),
        ({**given, "variants": [variant(stock=-1)]}, "INVALID", ["variants", "0", "stock"]),
        ({**given, "variants": [variant(sku="")]}, "INVALID", ["variants", "0", "sku"]),
    ]
    for wrong, code, field in refusals:
        refused = await shop.owner.act("createProduct", wrong, "product { id }")
        assert (code_of(refused), refused["product"]) == ((code, ["input", *field]), None)
    refused = await stranger.act("createProduct", given)
    assert code_of(refused) == ("FORBIDDEN", ["input", "brandId"])
    assert await product_count(database, shop.brand_id) == 1
    assert await product_count(database, other.brand_id) == 1


async def test_a_product_sent_twice_with_a_key_is_one(database: Database, shop: Shop) -> None:
    given = await new(database, shop, idempotencyKey="sunscreen")
    made = await asyncio.gather(*(shop.owner.done("createProduct", given, "product { id }") for _ in range(4)))
    assert len({one["product"]["id"] for one in made}) == 1
    assert await product_count(database, shop.brand_id) == 2


async def test_a_product_changes(database: Database, shop: Shop) -> None:
    given = {
        "productId": shop.product_id,
        "name": "海藻面霜",
        "description": "滋润",
        "categoryId": await category(database, "fashion"),
    }
    changed = (await shop.owner.done("updateProduct", given, PRODUCT))["product"]
    assert (changed["name"], changed["description"], changed["state"]) == ("海藻面霜", "滋润", "LISTED")
    assert changed["category"] == {"slug": "fashion"}
    (row,) = await cypher(
        database,
        "MATCH (p:Product {id: $id})-[:IN_CATEGORY]->(c) RETURN count(c) AS n, p.categoryId = c.id AS same",
        id=shop.product_id,
    )
    assert row == {"n": 1, "same": True}
    changed = (await shop.owner.done("updateProduct", {**given, "description": None}, PRODUCT))["product"]
    assert changed["description"] is None
    refused = await shop.owner.act("updateProduct", {**given, "name": "x", "categoryId": "category_absent"})
    assert code_of(refused) == ("NOT_FOUND", ["input", "categoryId"])
    asked = await shop.owner.ask(
        "query P($id: ID!) { product(id: $id) { name category { slug } } }", id=shop.product_id
    )
    assert asked["product"] == {"name": "海藻面霜", "category": {"slug": "fashion"}}


async def test_an_unlisted_product_is_for_its_staff(
    client: httpx.AsyncClient, database: Database, shop: Shop, stranger: Person
) -> None:
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "state": "UNLISTED"})
    question = """query P($id: ID!, $variant: ID!, $brand: ID!) {
      product(id: $id) { state } node(id: $variant) { id }
      brand(id: $brand) { products(first: 5) { nodes { id } } } }"""
    ids = {"id": shop.product_id, "variant": shop.variant_id, "brand": shop.brand_id}
    hidden: dict[str, Any] = {"product": None, "node": None, "brand": {"products": {"nodes": []}}}
    assert await shop.owner.ask(question, **ids) == {
        "product": {"state": "UNLISTED"},
        "node": {"id": shop.variant_id},
        "brand": {"products": {"nodes": [{"id": shop.product_id}]}},
    }
    assert await stranger.ask(question, **ids) == hidden
    nobody = await client.post("/graphql", json={"query": question, "variables": ids})
    assert nobody.json()["data"] == hidden
    for mutation, given, field in (
        ("updateProduct", {"productId": shop.product_id, "name": "x"}, "productId"),
        ("adjustStock", {"variantId": shop.variant_id, "delta": 1}, "variantId"),
    ):
        assert code_of(await stranger.act(mutation, given)) == ("NOT_FOUND", ["input", field])
    listed = await shop.owner.done(
        "updateProduct", {"productId": shop.product_id, "state": "LISTED"}, "product { state }"
    )
    assert listed["product"] == {"state": "LISTED"}
    assert (await stranger.ask(question, **ids))["product"] == {"state": "LISTED"}


async def test_strangers_change_nothing(database: Database, shop: Shop, stranger: Person) -> None:
    acts = [
        ("updateProduct", {"productId": shop.product_id, "name": "我的"}, "productId"),
        ("addVariant", {"productId": shop.product_id, **variant()}, "productId"),
        ("updateVariant", {"variantId": shop.variant_id, "priceMinor": 1}, "variantId"),
        ("adjustStock", {"variantId": shop.variant_id, "delta": -20}, "variantId"),
    ]
    for mutation, given, field in acts:
        assert code_of(await stranger.act(mutation, given)) == ("FORBIDDEN", ["input", field])
    (row,) = await cypher(
        database,
        "MATCH (p:Product {id: $id})-[:HAS_VARIANT]->(v) "
        "RETURN p.name AS name, v.priceMinor AS price, v.stock AS stock",
        id=shop.product_id,
    )
    assert row == {"name": "海藻精华", "price": 3_900, "stock": 20}


async def test_the_price_of_a_product_is_its_lowest(shop: Shop) -> None:
    payload = "product { price { amountMinor } variants(first: 5) { nodes { id name } } } variant { id stock }"
    given = {"productId": shop.product_id, **variant(name="10 ml", priceMinor=1_900, stock=3)}
    added = await shop.owner.done("addVariant", given, payload)
    small = added["variant"]["id"]
    assert added == {
        "product": {
            "price": {"amountMinor": 1_900},
            "variants": {"nodes": [{"id": shop.variant_id, "name": "30 ml"}, {"id": small, "name": "10 ml"}]},
        },
        "variant": {"id": small, "stock": 3},
        "errors": [],
    }
    taken = await shop.owner.act("addVariant", {**given, "priceMinor": 1})
    assert code_of(taken) == ("CONFLICT", ["input", "sku"])
    changed = await shop.owner.done(
        "updateVariant", {"variantId": small, "name": "12 ml", "priceMinor": 5_900},
        "variant { name price { amountMinor currency } }",
    )  # fmt: skip
    assert changed["variant"] == {"name": "12 ml", "price": {"amountMinor": 5_900, "currency": "CNY"}}
    question = "query P($id: ID!) { product(id: $id) { price { amountMinor } } }"
    assert (await shop.owner.ask(question, id=shop.product_id))["product"] == {"price": {"amountMinor": 3_900}}
    await asyncio.gather(
        *(
            shop.owner.done("updateVariant", {"variantId": one, "priceMinor": price})
            for one, price in ((small, 800), (shop.variant_id, 700), (small, 900), (shop.variant_id, 600))
        )
    )
    asked = await shop.owner.ask(
        """query P($id: ID!) { product(id: $id) {
          price { amountMinor } variants(first: 5) { nodes { price { amountMinor } } } } }""",
        id=shop.product_id,
    )
    prices = [one["price"]["amountMinor"] for one in asked["product"]["variants"]["nodes"]]
    assert asked["product"]["price"]["amountMinor"] == min(prices)


async def test_a_product_has_at_most_50_variants(database: Database, shop: Shop) -> None:
    made = await shop.owner.done(
        "createProduct", await new(database, shop, variants=[variant() for _ in range(50)]), "product { id }"
    )
    product_id = made["product"]["id"]
    refused = await shop.owner.act("addVariant", {"productId": product_id, **variant(priceMinor=1)})
    assert code_of(refused) == ("LIMIT_EXCEEDED", ["input", "productId"])
    asked = await shop.owner.ask(
        "query P($id: ID!) { product(id: $id) { price { amountMinor } variants(first: 1) { totalCount } } }",
        id=product_id,
    )
    assert asked["product"] == {"price": {"amountMinor": 3_900}, "variants": {"totalCount": 50}}


async def test_stock_never_falls_below_nothing(database: Database, shop: Shop) -> None:
    given = {"variantId": shop.variant_id, "delta": 5, "idempotencyKey": "delivery"}
    for _ in range(2):
        assert (await shop.owner.done("adjustStock", given, "variant { stock }"))["variant"] == {"stock": 25}
    refused = await shop.owner.act("adjustStock", {"variantId": shop.variant_id, "delta": -26})
    assert code_of(refused) == ("CONFLICT", ["input", "delta"])
    assert await stock_of(database, shop.variant_id) == 25
    many = await asyncio.gather(
        *(shop.owner.act("adjustStock", {"variantId": shop.variant_id, "delta": -10}) for _ in range(5))
    )
    assert sorted(len(one["errors"]) for one in many) == [0, 0, 1, 1, 1]
    assert await stock_of(database, shop.variant_id) == 5


async def test_units_that_come_back_to_the_largest_stock_can_be_told(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop
) -> None:
    (buyer,) = await people(client, database, settings, 1)
    order = await buyer.done("placeOrder", {"variantId": shop.variant_id, "quantity": 9}, "order { id }")
    full = {"variantId": shop.variant_id, "delta": 1_000_000_000 - 11}
    done = await shop.owner.done("adjustStock", full, "variant { stock }")
    assert done["variant"] == {"stock": 1_000_000_000}
    refused = await shop.owner.act("adjustStock", {"variantId": shop.variant_id, "delta": 1})
    assert code_of(refused) == ("CONFLICT", ["input", "delta"])
    await buyer.done("cancelOrder", {"orderId": order["order"]["id"]})
    question = "query P($id: ID!) { product(id: $id) { variants(first: 1) { nodes { stock inStock } } } }"
    answer = await buyer.ask(question, id=shop.product_id)
    assert answer["product"]["variants"]["nodes"] == [{"stock": 1_000_000_009, "inStock": True}]
    done = await shop.owner.done("adjustStock", {"variantId": shop.variant_id, "delta": -1}, "variant { stock }")
    assert done["variant"] == {"stock": 1_000_000_008}
