"""Orders: placed, paid, cancelled; what they reserve, what they credit, and what their buyer then has bought.

Locks are taken in one order, so that orders do not wait for each other in a circle: order, buyer, product, variant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from graph import outbox
from graph.acts import Act, announce
from graph.database import Transaction
from graph.errors import found, may_act
from graph.ids import new_id
from graph.rules import orders as rules
from graph.rules.orders import BOUGHT, OrderState, Step
from graph.seeing import must_see
from graph.statements import beside

STATEMENTS = beside(__file__)
_LOCK_FOR_ORDER = STATEMENTS["lock_for_order"]
_NOTE_SHOWING = STATEMENTS["note_showing"]
_PLACE_ORDER = STATEMENTS["place_order"]
_CREDIT_NOTE = STATEMENTS["credit_note"]
_LOCK_OWN_ORDER = STATEMENTS["lock_own_order"]
_LOCK_ORDER = STATEMENTS["lock_order"]
_RECORD_PAYMENT = STATEMENTS["record_payment"]
_CANCEL_ORDER = STATEMENTS["cancel_order"]

EXPIRED = "order_expired"
PAYMENT_BEGUN = "payment_begun"
_NO_ORDER = "you placed no such order"
# Longer than any request may take: whoever began the payment has recorded it by then, or is gone.
_SETTLED_AFTER = timedelta(minutes=11)


@dataclass(frozen=True, slots=True)
class Due:
    """What an order asks for; `paid` when nothing is due any more."""

    amount_minor: int
    currency: str
    paid: bool


async def place_order(
    tx: Transaction,
    *,
    user_id: str,
    variant_id: str,
    quantity: int,
    note_id: str | None,
    expected_minor: int | None,
    expires_at: datetime,
    now: datetime,
) -> str:
    """The id of an order of these units, which are out of the stock until it is cancelled or expires unpaid.

    With `note_id` the order is credited to that note, unless the buyer wrote it: nobody credits themselves. Raises
    NotFound for a variant that is not on sale or a note that does not show it to this buyer, Conflict where one does
    not cost `expected_minor`, OutOfStock, LimitExceeded for too much unpaid, Forbidden for who may not act.
    """
    variant = may_act(await tx.row(_LOCK_FOR_ORDER, user_id=user_id, variant_id=variant_id, now=now))
    found(variant["product_id"], "no variant that is on sale has this id", "variant_id")
    rules.within_reach(open_orders=variant["open_orders"], open_units=variant["open_units"], quantity=quantity)
    price = variant["price_minor"]
    credited = await _credited(tx, user_id=user_id, note_id=note_id, product_id=variant["product_id"])
    rules.agreed(unit_price_minor=price, expected_minor=expected_minor)
    order_id, line_id = new_id("Order"), new_id("OrderLine")
    placed = await tx.row(
        _PLACE_ORDER, user_id=user_id, variant_id=variant_id, order_id=order_id, line_id=line_id, quantity=quantity,
        stock=rules.reserved(stock=variant["stock"], quantity=quantity), state=OrderState.PLACED.value,
        total_minor=rules.total_minor(unit_price_minor=price, quantity=quantity), unit_price_minor=price,
        currency=variant["currency"], now=now,
    )  # fmt: skip
    assert placed is not None, "both are locked"
    if credited is not None:
        await tx.row(_CREDIT_NOTE, line_id=line_id, note_id=credited, now=now)
    await outbox.emit(tx, kind=EXPIRED, data={"orderId": order_id}, now=now, available_at=expires_at)
    return order_id


async def _credited(tx: Transaction, *, user_id: str, note_id: str | None, product_id: str) -> str | None:
    """The note that an order credits, None for none and for the buyer's own. Raises NotFound."""
    if note_id is None:
        return None
    await must_see(tx, viewer_id=user_id, node_id=note_id, field="from_note_id")
    row = await tx.row(_NOTE_SHOWING, note_id=note_id, product_id=product_id)
    note = found(row, "this note does not show the product", "from_note_id")
    return None if note["author_id"] == user_id else note_id


async def begin_payment(tx: Transaction, *, user_id: str, order_id: str, now: datetime) -> Due:
    """What is due for this person's order; from now on the worker sees to it that a charge is not lost.

    Raises NotFound, and Conflict for an order that cannot be paid any more.
    """
    row = found(await tx.row(_LOCK_OWN_ORDER, user_id=user_id, order_id=order_id, now=now), _NO_ORDER, "order_id")
    state = OrderState(row["state"])
    if state not in BOUGHT:
        rules.after(state, Step.PAY)
        await outbox.emit(
            tx, kind=PAYMENT_BEGUN, key=order_id, data={"orderId": order_id}, now=now,
            available_at=now + _SETTLED_AFTER, postpone=True,
        )  # fmt: skip
    return Due(row["total_minor"], row["currency"], state in BOUGHT)


async def record_payment(tx: Transaction, *, order_id: str, gateway: str, reference: str, now: datetime) -> None:
    """The order is paid by a charge that was accepted, and its buyer has bought what it holds; once, however often.

    Raises NotFound, and Conflict for an order that was cancelled meanwhile: the charge must be given back.
    """
    row = found(await tx.row(_LOCK_ORDER, order_id=order_id, now=now), "there is no such order", "order_id")
    state = OrderState(row["state"])
    if state in BOUGHT:
        return
    paid = await tx.row(
        _RECORD_PAYMENT, order_id=order_id, state=rules.after(state, Step.PAY).value, payment_id=new_id("Payment"),
        gateway=gateway, reference=reference, now=now,
    )  # fmt: skip
    buyer_id = found(paid, "there is no such order", "order_id")["buyer_id"]
    await announce(tx, act=Act.PURCHASED, actor_id=buyer_id, subject_id=order_id, now=now)


async def cancel_order(tx: Transaction, *, user_id: str, order_id: str, now: datetime) -> None:
    """Cancels this person's order; its units can be sold again. Raises NotFound, and Conflict unless it is placed."""
    row = found(await tx.row(_LOCK_OWN_ORDER, user_id=user_id, order_id=order_id, now=now), _NO_ORDER, "order_id")
    await _cancel(tx, order_id=order_id, state=OrderState(row["state"]), now=now)


async def expire_order(tx: Transaction, *, order_id: str, now: datetime) -> None:
    """Cancels the order if it was neither paid nor cancelled until now; its units can be sold again."""
    row = await tx.row(_LOCK_ORDER, order_id=order_id, now=now)
    if row is not None and row["state"] == OrderState.PLACED:
        await _cancel(tx, order_id=order_id, state=OrderState.PLACED, now=now)


async def _cancel(tx: Transaction, *, order_id: str, state: OrderState, now: datetime) -> None:
    await tx.row(_CANCEL_ORDER, order_id=order_id, state=rules.after(state, Step.CANCEL).value, now=now)
