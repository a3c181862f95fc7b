"""Buying: an order is placed, paid through the gateway, or cancelled."""

from __future__ import annotations

from typing import Any

from graph import idempotency, orders
from graph.database import Transaction
from graph.errors import Conflict, PaymentDeclined
from graph.orders import Due
from payments.gateway import Charge, Declined
from resolvers.act import Act, Values, unit


@unit
async def place_order(act: Act, tx: Transaction, given: Any) -> Values:
    """The order, its units set aside until it is paid, cancelled or expires."""
    order_id = await orders.place_order(
        tx,
        user_id=act.viewer_id,
        variant_id=given.variant_id,
        quantity=given.quantity,
        note_id=given.from_note_id,
        expected_minor=given.expected_unit_price_minor,
        expires_at=act.now + act.services.order_expiry,
        now=act.now,
    )
    return {"order": order_id}


async def pay_order(act: Act, given: Any) -> Values:
    """The order, paid. The gateway is asked between two transactions, because no database can take a charge back.

    A process that ends in between loses nothing: a charge is one for each order, and the worker settles it.
    """
    due = await act.services.database.unit(lambda tx: _begin(act, tx, given))
    if due.paid:
        return {"order": given.order_id}
    try:
        charge = await _charge(act, given, due)
    except PaymentDeclined:
        await act.services.database.unit(lambda tx: _withdraw(act, tx))
        raise
    gateway = act.services.gateway

    async def record(tx: Transaction) -> Values:
        await orders.record_payment(
            tx, order_id=given.order_id, gateway=gateway.name, reference=charge.reference, now=act.now
        )
        return {"order": given.order_id}

    try:
        return await act.unit(record)
    except Conflict:
        await gateway.refund(reference=charge.reference)
        raise


async def _begin(act: Act, tx: Transaction, given: Any) -> Due:
    # A key that was used for something else is refused before any money moves.
    if act.request is not None:
        await idempotency.claim(tx, act.request, now=act.now)
    return await orders.begin_payment(tx, user_id=act.viewer_id, order_id=given.order_id, now=act.now)


async def _withdraw(act: Act, tx: Transaction) -> None:
    if act.request is not None:
        await idempotency.withdraw(tx, act.request)


async def _charge(act: Act, given: Any, due: Due) -> Charge:
    try:
        return await act.services.gateway.charge(
            order_id=given.order_id, amount_minor=due.amount_minor, currency=due.currency, token=given.payment_token
        )
    except Declined as declined:
        raise PaymentDeclined(str(declined), field=("payment_token",)) from None


@unit
async def cancel_order(act: Act, tx: Transaction, given: Any) -> Values:
    """The order, cancelled; its units can be sold again."""
    await orders.cancel_order(tx, user_id=act.viewer_id, order_id=given.order_id, now=act.now)
    return {"order": given.order_id}
