"""Orders under pressure: many buyers, the same request at once, and processes that end between charge and record."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from app import create_app
from graph.database import Address, Database
from payments.gateway import Charge, SandboxGateway
from payments.settling import settle
from schema.documents import Caller, Request
from schema.execution import Executor
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import ACCEPT, Shop, executor_with, expire, open_shop, orders_of, people, stock_of
from tests.schema.support import as_viewer, cypher

pytestmark = pytest.mark.anyio
_PAY = "mutation P($input: PayOrderInput!) { payOrder(input: $input) { order { state } errors { code field } } }"


class Watched(SandboxGateway):
    """A sandbox that counts, and does something of the test's between the charge and its record."""

    def __init__(self, between: Callable[[], Awaitable[object]] | None = None) -> None:
        super().__init__()
        self.taken: set[str] = set()
        self.given_back: list[str] = []
        self._between = between

    async def charge(self, *, order_id: str, amount_minor: int, currency: str, token: str) -> Charge:
        charge = await super().charge(order_id=order_id, amount_minor=amount_minor, currency=currency, token=token)
        self.taken.add(charge.reference)
        if self._between is not None:
            await self._between()
        return charge

    async def refund(self, *, reference: str) -> None:
        await super().refund(reference=reference)
        self.given_back.append(reference)


async def at_most_16(works: Sequence[Awaitable[Any]]) -> list[Any]:
    """What each gives, with 16 of them under way at a time."""
    free = asyncio.Semaphore(16)

    async def one(work: Awaitable[Any]) -> Any:
        async with free:
            return await work

    return await asyncio.gather(*(one(work) for work in works))


async def placed(buyer: Person, shop: Shop, quantity: int = 1) -> str:
    made = await buyer.done("placeOrder", {"variantId": shop.variant_id, "quantity": quantity}, "order { id }")
    found: str = made["order"]["id"]
    return found


async def paid_by(executor: Executor, buyer: Person, order_id: str) -> Any:
    request = Request(_PAY, {"input": {"orderId": order_id, "paymentToken": ACCEPT}})
    response = await executor.execute(request, Caller(as_viewer(buyer.id), address="test"))
    return orjson.loads(response.body)


async def standing(database: Database, shop: Shop, order_id: str) -> dict[str, Any]:
    """State of the order, how often it is paid for, whether its buyer bought, and the stock."""
    (row,) = await cypher(
        database,
        "MATCH (u:User)-[:PLACED]->(o:Order {id: $id}) RETURN o.state AS state, COUNT { (o)<-[:PAYS]-() } AS payments, "
        "EXISTS { (u)-[:PURCHASED]->() } AS bought",
        id=order_id,
    )
    return {**row, "stock": await stock_of(database, shop.variant_id)}


SOLD = {"state": "paid", "payments": 1, "bought": True, "stock": 15}
GONE = {"state": "cancelled", "payments": 0, "bought": False, "stock": 20}


async def test_200_buyers_of_20_units(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    shop = await open_shop(client, database, settings, stock=20)
    buyers = await people(client, database, settings, 200)
    payloads = await at_most_16(
        [one.act("placeOrder", {"variantId": shop.variant_id}, "order { id }") for one in buyers]
    )
    outcomes = Counter("placed" if one["order"] else code_of(one)[0] for one in payloads)
    assert outcomes == {"placed": 20, "OUT_OF_STOCK": 180}
    assert await stock_of(database, shop.variant_id) == 0
    assert len(await orders_of(database, shop.variant_id)) == 20
    by_order = {one["order"]["id"]: buyer for one, buyer in zip(payloads, buyers, strict=True) if one["order"]}
    paid = await at_most_16(
        [
            buyer.done("payOrder", {"orderId": order_id, "paymentToken": ACCEPT}, "order { state }")
            for order_id, buyer in by_order.items()
        ]
    )
    assert [one["order"] for one in paid] == [{"state": "PAID"}] * 20
    (row,) = await cypher(
        database, "MATCH (:Product {id: $id})<-[b:PURCHASED]-() RETURN sum(b.quantity) AS units", id=shop.product_id
    )
    assert row["units"] == 20
    assert await stock_of(database, shop.variant_id) == 0


async def test_the_same_order_sent_10_times_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    (buyer,) = await people(client, database, settings, 1)
    given = {"variantId": shop.variant_id, "quantity": 2, "idempotencyKey": "basket 1"}
    payloads = await asyncio.gather(*(buyer.done("placeOrder", given, "order { id state }") for _ in range(10)))
    assert len({one["order"]["id"] for one in payloads}) == 1
    assert len(await orders_of(database, shop.variant_id)) == 1
    assert await stock_of(database, shop.variant_id) == 18


async def test_the_same_order_paid_10_times_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    (buyer,) = await people(client, database, settings, 1)
    order_id = await placed(buyer, shop, 5)
    gateway = Watched()
    executor = executor_with(database, settings, gateway)
    answers = await asyncio.gather(*(paid_by(executor, buyer, order_id) for _ in range(10)))
    assert [one["data"]["payOrder"] for one in answers] == [{"order": {"state": "PAID"}, "errors": []}] * 10
    assert (gateway.taken, gateway.given_back) == ({f"sandbox_{order_id}"}, [])
    assert await standing(database, shop, order_id) == SOLD


@pytest.mark.parametrize("ending", ["cancel", "expire"])
async def test_payment_and_end_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings, ending: str
) -> None:
    """Whoever is first wins; the charge is kept exactly when the order is paid."""
    for _ in range(6):
        shop = await open_shop(client, database, settings)
        (buyer,) = await people(client, database, settings, 1)
        order_id = await placed(buyer, shop, 5)
        gateway = Watched()
        end = expire(database, order_id) if ending == "expire" else buyer.act("cancelOrder", {"orderId": order_id})
        await asyncio.gather(paid_by(executor_with(database, settings, gateway), buyer, order_id), end)
        found = await standing(database, shop, order_id)
        assert found == (SOLD if found["state"] == "paid" else GONE)
        kept = gateway.taken - set(gateway.given_back)
        assert kept == ({f"sandbox_{order_id}"} if found["state"] == "paid" else set())


@pytest.mark.parametrize("ending", ["cancel", "expire"])
async def test_an_order_that_ends_while_it_is_charged(
    client: httpx.AsyncClient, database: Database, settings: Settings, ending: str
) -> None:
    shop = await open_shop(client, database, settings)
    (buyer,) = await people(client, database, settings, 1)
    order_id = await placed(buyer, shop, 5)

    async def end() -> None:
        if ending == "expire":
            await expire(database, order_id)
        else:
            await buyer.done("cancelOrder", {"orderId": order_id})

    gateway = Watched(end)
    answer = await paid_by(executor_with(database, settings, gateway), buyer, order_id)
    errors = [{"code": "CONFLICT", "field": ["input", "orderId"]}]
    assert answer["data"]["payOrder"] == {"order": None, "errors": errors}
    assert gateway.given_back == [f"sandbox_{order_id}"]
    assert await gateway.charged(order_id=order_id) is None
    assert await standing(database, shop, order_id) == GONE


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_process_that_ends_after_the_charge(
    client: httpx.AsyncClient, database: Database, settings: Settings, cancelled: bool
) -> None:
    """The charge becomes the payment, or is given back, and is neither lost nor taken twice."""
    shop = await open_shop(client, database, settings)
    (buyer,) = await people(client, database, settings, 1)
    order_id = await placed(buyer, shop, 5)

    async def crash() -> None:
        raise RuntimeError("the process ends here")

    gateway = Watched(crash)
    answer = await paid_by(executor_with(database, settings, gateway), buyer, order_id)
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert (await standing(database, shop, order_id))["state"] == "placed"
    (event,) = await cypher(
        database,
        "MATCH (e:OutboxEvent {kind: 'payment_begun'}) WHERE e.data CONTAINS $id RETURN e.data AS data",
        id=order_id,
    )
    assert orjson.loads(event["data"]) == {"orderId": order_id}
    if cancelled:
        await buyer.done("cancelOrder", {"orderId": order_id})
    for _ in range(2):
        await settle(database, gateway, order_id=order_id, now=datetime.now(UTC))
    assert gateway.taken == {f"sandbox_{order_id}"}
    assert gateway.given_back == ([f"sandbox_{order_id}"] if cancelled else [])
    assert await standing(database, shop, order_id) == (GONE if cancelled else SOLD)


async def test_an_expired_order_gives_its_units_back_once(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    (buyer,) = await people(client, database, settings, 1)
    order_id = await placed(buyer, shop, 5)
    for _ in range(2):
        await expire(database, order_id)
    assert await standing(database, shop, order_id) == GONE
    paid = await placed(buyer, shop, 5)
    await buyer.done("payOrder", {"orderId": paid, "paymentToken": ACCEPT})
    await expire(database, paid)
    assert await standing(database, shop, paid) == SOLD
    await expire(database, "order_absent")


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(1, 6)),
        st.tuples(st.sampled_from(["pay", "cancel", "expire"]), st.integers(0, 4)),
        st.tuples(st.just("adjust"), st.integers(-6, 6).filter(bool)),
    ),
    min_size=4,
    max_size=14,
)


@effort(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=_STEPS)
def test_no_unit_appears_or_vanishes(address: Address, settings: Settings, steps: list[tuple[str, int]]) -> None:
    """Units in stock, set aside and sold are those there were, and those that came, whatever runs at once."""
    asyncio.run(_kept(address, settings, steps))


async def _kept(address: Address, settings: Settings, steps: list[tuple[str, int]]) -> None:
    database = Database(address)
    app = create_app(settings.model_copy(update={"worker": False}))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        shop = await open_shop(client, database, settings, stock=10)
        (buyer,) = await people(client, database, settings, 1)
        first = [await placed(buyer, shop) for _ in range(5)]

        async def step(what: str, number: int) -> int:
            if what == "place":
                await buyer.act("placeOrder", {"variantId": shop.variant_id, "quantity": number})
            elif what == "pay":
                await buyer.act("payOrder", {"orderId": first[number], "paymentToken": ACCEPT})
            elif what == "cancel":
                await buyer.act("cancelOrder", {"orderId": first[number]})
            elif what == "expire":
                await expire(database, first[number])
            else:
                done = await shop.owner.act("adjustStock", {"variantId": shop.variant_id, "delta": number})
                return 0 if done["errors"] else number
            return 0

        came = sum(await asyncio.gather(*(step(what, number) for what, number in steps)))
        kept = sum(one["quantity"] for one in await orders_of(database, shop.variant_id) if one["state"] != "cancelled")
        stock = await stock_of(database, shop.variant_id)
        assert stock >= 0
        assert stock + kept == 10 + came
        bought = await cypher(
            database, "MATCH (:User {id: $id})-[b:PURCHASED]->() RETURN b.orders AS orders", id=buyer.id
        )
        paid = [one for one in await orders_of(database, shop.variant_id) if one["state"] == "paid"]
        assert [one["orders"] for one in bought] == ([len(paid)] if paid else [])
    await database.close()
