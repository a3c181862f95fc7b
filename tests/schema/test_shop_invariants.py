"""What a shop's life leaves in the graph keeps every invariant."""

from __future__ import annotations

import httpx
import pytest
import uuid_utils

from graph.database import Database
from graph.invariants import STRUCTURAL, derived
from settings import Settings
from tests.schema.community import Person
from tests.schema.shop import ACCEPT, Shop, category, expire, feature, hire, open_shop, people, variant

pytestmark = pytest.mark.anyio
LABELS = ("User", "Brand", "Store", "Product", "Variant", "Review", "Order", "OrderLine", "Payment", "AuditEvent")


async def trade(database: Database, shop: Shop, buyers: list[Person], note_id: str) -> None:
    """Orders in every state that they can come to, and reviews of some of the buyers."""
    for number, buyer in enumerate(buyers):
        given = {
            "variantId": shop.variant_id,
            "quantity": 1 + number % 3,
            "fromNoteId": note_id if number % 2 else None,
        }
        made = await buyer.done("placeOrder", given, "order { id }")
        order_id = made["order"]["id"]
        if number % 4 < 2:
            await buyer.done("payOrder", {"orderId": order_id, "paymentToken": ACCEPT})
        elif number % 4 == 2:
            await buyer.done("cancelOrder", {"orderId": order_id})
        elif number == 3:
            await expire(database, order_id)
        review = {"productId": shop.product_id, "rating": 1 + number % 5, "text": "用了两周"}
        review_id = (await buyer.done("writeReview", review, "review { id }"))["review"]["id"]
        if number % 3 == 0:
            await buyer.done("editReview", {"reviewId": review_id, "rating": 5})
        elif number % 3 == 1:
            await buyer.done("deleteReview", {"reviewId": review_id})


async def manage(database: Database, shop: Shop, editor: Person) -> None:
    """What staff do."""
    owner, brand = shop.owner, {"brandId": shop.brand_id}
    await hire(owner, shop.brand_id, editor)
    await editor.done("updateBrand", {**brand, "nameEn": "Qingyu"})
    store = await editor.done("openStore", {**brand, "name": "青屿", "kind": "OUTLET"}, "store { id }")
    sold = {"variants": [variant(), variant(priceMinor=100)], "storeIds": [store["store"]["id"]], "state": "UNLISTED"}
    kind = {"categoryId": await category(database), "currency": "CNY"}
    await editor.done("createProduct", {**brand, "name": "防晒", **kind, **sold})
    await editor.done("addVariant", {"productId": shop.product_id, **variant(priceMinor=90)})
    await editor.done("updateVariant", {"variantId": shop.variant_id, "priceMinor": 80})
    await editor.done("adjustStock", {"variantId": shop.variant_id, "delta": 7})
    moved = {"productId": shop.product_id, "categoryId": await category(database, "fashion")}
    await editor.done("updateProduct", moved)
    await owner.done("removeBrandStaff", {**brand, "userId": editor.id})


async def test_the_life_of_a_shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    begun = uuid_utils.uuid7().hex
    shop = await open_shop(client, database, settings, stock=40)
    author, editor, *buyers = await people(client, database, settings, 10)
    await trade(database, shop, buyers, await feature(database, author, shop.product_id))
    await manage(database, shop, editor)
    ended = uuid_utils.uuid7().hex
    broken: dict[str, list[str]] = {}
    checked = 0
    for kind in (one for one in derived.LABELS if one.label in LABELS):
        for rules in (*derived.by_label(kind), *(one for one in STRUCTURAL if one.label == kind.label)):
            bounds = {"after": f"{kind.prefix}_{begun}", "last": f"{kind.prefix}_{ended}"}
            for row in await database.rows(rules.statement, examples=3, **bounds):
                broken |= {rules.invariants[row.get("rule", 0)].name: row["examples"]} if row["count"] else {}
            checked += len(rules.invariants)
    assert broken == {}
    assert checked > 100
