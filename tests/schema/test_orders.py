"""Buying through the API: placing, crediting, paying, cancelling, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph import orders
from graph.database import Database, Transaction
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import ACCEPT, DECLINE, Shop, feature, open_shop, orders_of, people, stock_of
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
ORDER = "order { id state totalMinor currency paidAt lines(first: 5) { nodes { quantity unitPriceMinor currency } } }"


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> Shop:
    return await open_shop(client, database, settings)


@pytest.fixture
async def buyer(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1)
    return found


async def place(buyer: Person, shop: Shop, **values: Any) -> str:
    made = await buyer.done("placeOrder", {"variantId": shop.variant_id, **values}, "order { id }")
    found: str = made["order"]["id"]
    return found


async def events(database: Database, order_id: str) -> list[dict[str, Any]]:
    return await cypher(
        database,
        "MATCH (e:OutboxEvent) WHERE e.data CONTAINS $id RETURN e.kind AS kind, e.availableAt AS at ORDER BY e.kind",
        id=order_id,
    )


async def bought(database: Database, buyer: Person) -> list[dict[str, Any]]:
    return await cypher(
        database,
        "MATCH (:User {id: $id})-[b:PURCHASED]->(p) RETURN p.id AS product, "
        "b.orders AS orders, b.quantity AS quantity, b.firstAt <= b.lastAt AS ordered",
        id=buyer.id,
    )


async def test_an_order_from_the_product_page(database: Database, shop: Shop, buyer: Person) -> None:
    given = {"variantId": shop.variant_id, "quantity": 3, "expectedUnitPriceMinor": 3_900}
    order = (await buyer.done("placeOrder", given, ORDER))["order"]
    assert order == {
        "id": order["id"],
        "state": "PLACED",
        "totalMinor": 11_700,
        "currency": "CNY",
        "paidAt": None,
        "lines": {"nodes": [{"quantity": 3, "unitPriceMinor": 3_900, "currency": "CNY"}]},
    }
    assert await stock_of(database, shop.variant_id) == 17
    (credit,) = await cypher(
        database, "RETURN COUNT { (:Order {id: $id})-[:CONTAINS]->()-[:CREDITED_TO]->() } AS c", id=order["id"]
    )
    assert credit["c"] == 0
    (expiry,) = await events(database, order["id"])
    assert expiry["kind"] == "order_expired"
    wait = expiry["at"].to_native() - datetime.now(UTC)
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)


async def test_orders_are_seen_by_their_buyer_alone(client: httpx.AsyncClient, shop: Shop, buyer: Person) -> None:
    first, second = await place(buyer, shop), await place(buyer, shop, quantity=2)
    question = """query Mine($id: ID!) {
      viewer { orders(first: 5) { totalCount nodes { id lines(first: 1) { nodes { ...Line } } } } }
      node(id: $id) { ... on Order { state lines(first: 1) { nodes { id } } } }
    }
    fragment Line on OrderLine { product { name } variant { name } }"""
    answer = await buyer.ask(question, id=first)
    line = {"product": {"name": "海藻精华"}, "variant": {"name": "30 ml"}}
    assert answer["viewer"]["orders"] == {
        "totalCount": 2,
        "nodes": [{"id": second, "lines": {"nodes": [line]}}, {"id": first, "lines": {"nodes": [line]}}],
    }
    assert answer["node"]["state"] == "PLACED"
    line_id = answer["node"]["lines"]["nodes"][0]["id"]
    others = await shop.owner.ask(
        "query Theirs($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { orders(first: 5) { totalCount } } }",
        ids=[first, line_id],
    )
    assert others == {"nodes": [None, None], "viewer": {"orders": {"totalCount": 0}}}
    nobody = await client.post(
        "/graphql", json={"query": "query N($id: ID!) { node(id: $id) { id } }", "variables": {"id": first}}
    )
    assert nobody.json()["data"] == {"node": None}


async def test_an_order_from_a_note_credits_it(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, buyer: Person
) -> None:
    (author,) = await people(client, database, settings, 1)
    note_id = await feature(database, author, shop.product_id)
    before = datetime.now(UTC)
    order_id = await place(buyer, shop, fromNoteId=note_id)
    (credit,) = await cypher(
        database,
        "MATCH (:Order {id: $id})-[:CONTAINS]->()-[c:CREDITED_TO]->(n:Note) "
        "RETURN n.id AS note, c.share AS share, c.rule AS rule, c.touchAt AS at",
        id=order_id,
    )
    assert (credit["note"], credit["share"], credit["rule"]) == (note_id, 1.0, "last_touch")
    assert before <= credit["at"].to_native() <= datetime.now(UTC)
    answer = await buyer.ask(
        "query O($id: ID!) { node(id: $id) { ... on Order { lines(first: 1) { nodes { creditedNote { id } } } } } }",
        id=order_id,
    )
    assert answer["node"]["lines"]["nodes"] == [{"creditedNote": {"id": note_id}}]


async def test_nobody_credits_themselves(database: Database, shop: Shop, buyer: Person) -> None:
    note_id = await feature(database, buyer, shop.product_id)
    await place(buyer, shop, fromNoteId=note_id)
    (row,) = await cypher(database, "RETURN COUNT { (:Note {id: $id})<-[:CREDITED_TO]-() } AS credits", id=note_id)
    assert row["credits"] == 0
    assert await stock_of(database, shop.variant_id) == 19


async def test_notes_that_credit_nothing(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, buyer: Person
) -> None:
    (author,) = await people(client, database, settings, 1)
    other = await open_shop(client, database, settings)
    elsewhere = await feature(database, author, other.product_id)
    closed = await feature(database, author, shop.product_id, audience="followers")
    hidden = await feature(database, author, shop.product_id, state="hidden")
    for note_id in (elsewhere, closed, hidden, "note_absent"):
        refused = await buyer.act("placeOrder", {"variantId": shop.variant_id, "fromNoteId": note_id}, "order { id }")
        assert code_of(refused) == ("NOT_FOUND", ["input", "fromNoteId"])
        assert refused["order"] is None
    open_note = await feature(database, author, shop.product_id)
    await author.done("blockUser", {"userId": buyer.id}, "blockedUserId")
    refused = await buyer.act("placeOrder", {"variantId": shop.variant_id, "fromNoteId": open_note})
    assert code_of(refused) == ("NOT_FOUND", ["input", "fromNoteId"])
    assert await orders_of(database, shop.variant_id) == []
    assert await stock_of(database, shop.variant_id) == 20


async def test_orders_that_are_refused(database: Database, shop: Shop, buyer: Person) -> None:
    refusals: list[tuple[dict[str, Any], str, str]] = [
        ({"variantId": shop.variant_id, "quantity": 21}, "OUT_OF_STOCK", "quantity"),
        ({"variantId": shop.variant_id, "expectedUnitPriceMinor": 3_899}, "CONFLICT", "expectedUnitPriceMinor"),
        ({"variantId": shop.variant_id, "quantity": 100}, "INVALID", "quantity"),
        ({"variantId": shop.variant_id, "quantity": 0}, "INVALID", "quantity"),
        ({"variantId": "variant_absent"}, "NOT_FOUND", "variantId"),
        ({"variantId": shop.product_id}, "INVALID", "variantId"),
    ]
    for given, code, field in refusals:
        assert code_of(await buyer.act("placeOrder", given)) == (code, ["input", field])
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "state": "UNLISTED"})
    for who in (buyer, shop.owner):
        refused = await who.act("placeOrder", {"variantId": shop.variant_id})
        assert code_of(refused) == ("NOT_FOUND", ["input", "variantId"])
    assert await orders_of(database, shop.variant_id) == []
    assert await stock_of(database, shop.variant_id) == 20


async def test_who_may_not_buy(client: httpx.AsyncClient, database: Database, shop: Shop, buyer: Person) -> None:
    placed = await place(buyer, shop)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=buyer.id)
    assert code_of(await buyer.act("placeOrder", {"variantId": shop.variant_id})) == ("FORBIDDEN", [])
    paid = await buyer.act("payOrder", {"orderId": placed, "paymentToken": ACCEPT})
    assert code_of(paid) == ("NOT_FOUND", ["input", "orderId"])
    document = "mutation M($input: PlaceOrderInput!) { placeOrder(input: $input) { errors { code } } }"
    nobody = await client.post(
        "/graphql", json={"query": document, "variables": {"input": {"variantId": shop.variant_id}}}
    )
    assert nobody.json()["data"] == {"placeOrder": {"errors": [{"code": "SIGN_IN_REQUIRED"}]}}
    assert [one["state"] for one in await orders_of(database, shop.variant_id)] == ["placed"]


async def test_a_paid_order(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, buyer: Person
) -> None:
    (author,) = await people(client, database, settings, 1)
    order_id = await place(buyer, shop, quantity=2, fromNoteId=await feature(database, author, shop.product_id))
    payload = "order { id state paidAt payment { amountMinor currency gateway reference } }"
    given = {"orderId": order_id, "paymentToken": ACCEPT}
    order = (await buyer.done("payOrder", given, payload))["order"]
    assert order == {
        "id": order_id,
        "state": "PAID",
        "paidAt": order["paidAt"],
        "payment": {"amountMinor": 7_800, "currency": "CNY", "gateway": "sandbox", "reference": f"sandbox_{order_id}"},
    }
    assert order["paidAt"] is not None
    assert await bought(database, buyer) == [{"product": shop.product_id, "orders": 1, "quantity": 2, "ordered": True}]
    assert [one["kind"] for one in await events(database, order_id) if one["kind"] != "notify"] == [
        "order_expired", "payment_begun",
    ]  # fmt: skip
    again = (await buyer.done("payOrder", {**given, "paymentToken": DECLINE}, payload))["order"]
    assert again == order
    assert await bought(database, buyer) == [{"product": shop.product_id, "orders": 1, "quantity": 2, "ordered": True}]
    second = await place(buyer, shop, quantity=5)
    await buyer.done("payOrder", {"orderId": second, "paymentToken": ACCEPT})
    assert await bought(database, buyer) == [{"product": shop.product_id, "orders": 2, "quantity": 7, "ordered": True}]
    asked = await buyer.ask("query P($id: ID!) { product(id: $id) { viewerPurchased } }", id=shop.product_id)
    assert asked == {"product": {"viewerPurchased": True}}
    asked = await author.ask("query P($id: ID!) { product(id: $id) { viewerPurchased } }", id=shop.product_id)
    assert asked == {"product": {"viewerPurchased": False}}
    assert await stock_of(database, shop.variant_id) == 13


async def test_a_declined_payment_changes_nothing(database: Database, shop: Shop, buyer: Person) -> None:
    order_id = await place(buyer, shop)
    refused = await buyer.act("payOrder", {"orderId": order_id, "paymentToken": DECLINE}, "order { id }")
    assert code_of(refused) == ("PAYMENT_DECLINED", ["input", "paymentToken"])
    assert refused["order"] is None
    assert [one["state"] for one in await orders_of(database, shop.variant_id)] == ["placed"]
    assert await bought(database, buyer) == []
    (row,) = await cypher(database, "RETURN COUNT { (:Order {id: $id})<-[:PAYS]-() } AS payments", id=order_id)
    assert row["payments"] == 0
    accepted = await buyer.done("payOrder", {"orderId": order_id, "paymentToken": ACCEPT}, "order { state }")
    assert accepted["order"] == {"state": "PAID"}


async def test_orders_of_others(database: Database, shop: Shop, buyer: Person) -> None:
    order_id = await place(buyer, shop)
    paid = await shop.owner.act("payOrder", {"orderId": order_id, "paymentToken": ACCEPT})
    assert code_of(paid) == ("NOT_FOUND", ["input", "orderId"])
    cancelled = await shop.owner.act("cancelOrder", {"orderId": order_id})
    assert code_of(cancelled) == ("NOT_FOUND", ["input", "orderId"])
    assert [one["state"] for one in await orders_of(database, shop.variant_id)] == ["placed"]


async def test_a_cancelled_order_gives_its_units_back(database: Database, shop: Shop, buyer: Person) -> None:
    order_id = await place(buyer, shop, quantity=4)
    assert await stock_of(database, shop.variant_id) == 16
    cancelled = await buyer.done("cancelOrder", {"orderId": order_id}, "order { state paidAt }")
    assert cancelled["order"] == {"state": "CANCELLED", "paidAt": None}
    assert await stock_of(database, shop.variant_id) == 20
    again = await buyer.act("cancelOrder", {"orderId": order_id})
    assert code_of(again) == ("CONFLICT", ["input", "orderId"])
    paid = await buyer.act("payOrder", {"orderId": order_id, "paymentToken": ACCEPT})
    assert code_of(paid) == ("CONFLICT", ["input", "orderId"])
    assert await stock_of(database, shop.variant_id) == 20
    assert await bought(database, buyer) == []


async def test_a_paid_order_cannot_be_cancelled(database: Database, shop: Shop, buyer: Person) -> None:
    order_id = await place(buyer, shop, quantity=4)
    await buyer.done("payOrder", {"orderId": order_id, "paymentToken": ACCEPT})
    assert code_of(await buyer.act("cancelOrder", {"orderId": order_id})) == ("CONFLICT", ["input", "orderId"])
    assert await stock_of(database, shop.variant_id) == 16


async def test_a_key_that_was_used_for_another_order(database: Database, shop: Shop, buyer: Person) -> None:
    given = {"variantId": shop.variant_id, "idempotencyKey": "once"}
    first = await buyer.done("placeOrder", given, "order { id }")
    assert await buyer.done("placeOrder", given, "order { id }") == first
    assert code_of(await buyer.act("placeOrder", {**given, "quantity": 2})) == ("CONFLICT", ["input", "idempotencyKey"])
    assert await stock_of(database, shop.variant_id) == 19
    one, two = first["order"]["id"], await place(buyer, shop)
    key = {"paymentToken": ACCEPT, "idempotencyKey": "pay"}
    await buyer.done("payOrder", {"orderId": one, **key})
    await buyer.done("payOrder", {"orderId": one, **key})
    assert code_of(await buyer.act("payOrder", {"orderId": two, **key})) == ("CONFLICT", ["input", "idempotencyKey"])
    assert [one["state"] for one in await orders_of(database, shop.variant_id)] == ["paid", "placed"]


async def test_nobody_empties_a_shop_without_paying(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings, stock=500)
    (buyer,) = await people(client, database, settings, 1)
    first = await place(buyer, shop, quantity=90)
    refused = await buyer.act("placeOrder", {"variantId": shop.variant_id, "quantity": 10})
    assert code_of(refused) == ("LIMIT_EXCEEDED", ["input", "quantity"])
    assert await stock_of(database, shop.variant_id) == 410
    await buyer.done("payOrder", {"orderId": first, "paymentToken": ACCEPT})
    for _ in range(20):
        await place(buyer, shop, quantity=1)
    refused = await buyer.act("placeOrder", {"variantId": shop.variant_id, "quantity": 1})
    assert code_of(refused) == ("LIMIT_EXCEEDED", [])
    assert await stock_of(database, shop.variant_id) == 390


async def test_a_declined_payment_leaves_its_key(shop: Shop, buyer: Person) -> None:
    order = await place(buyer, shop)
    given = {"orderId": order, "idempotencyKey": "pay-once"}
    declined = await buyer.act("payOrder", {**given, "paymentToken": DECLINE})
    assert code_of(declined) == ("PAYMENT_DECLINED", ["input", "paymentToken"])
    paid = await buyer.done("payOrder", {**given, "paymentToken": ACCEPT}, "order { state }")
    assert paid["order"] == {"state": "PAID"}


async def test_a_payment_tried_again_is_settled_no_earlier(database: Database, shop: Shop, buyer: Person) -> None:
    order, now = await place(buyer, shop), datetime.now(UTC)
    for later in (timedelta(0), timedelta(minutes=10)):

        async def begin(tx: Transaction, at: datetime = now + later) -> None:
            await orders.begin_payment(tx, user_id=buyer.id, order_id=order, now=at)

        await database.unit(begin)
    (begun,) = [one for one in await events(database, order) if one["kind"] == "payment_begun"]
    assert begun["at"].to_native() == now + timedelta(minutes=21)
