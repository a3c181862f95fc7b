"""A charge becomes the payment of its order, or is given back: whatever was cut off between the two is made good."""

from __future__ import annotations

from datetime import datetime

from graph import orders
from graph.database import Database, Transaction
from graph.errors import Conflict, NotFound
from payments.gateway import Gateway


async def settle(database: Database, gateway: Gateway, *, order_id: str, now: datetime) -> None:
    """Records the charge of an order if there is one, or gives it back where the order was cancelled meanwhile."""
    charge = await gateway.charged(order_id=order_id)
    if charge is None:
        return

    async def record(tx: Transaction) -> None:
        await orders.record_payment(tx, order_id=order_id, gateway=gateway.name, reference=charge.reference, now=now)

    try:
        await database.unit(record)
    except (Conflict, NotFound):
        await gateway.refund(reference=charge.reference)
