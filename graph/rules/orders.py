"""What may become of an order, when it counts as bought, and what it costs: a table and whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from graph.errors import Conflict, Invalid, LimitExceeded, OutOfStock

LARGEST_MINOR = 2**53
"""The largest amount: what JavaScript's numbers still hold exactly."""
MAX_OPEN_ORDERS = 20
MAX_OPEN_UNITS = 99
LARGEST_STOCK = 10**9  # far enough below what GraphQL can tell for units that come back


class OrderState(StrEnum):
    """Where an order is."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Step(StrEnum):
    """What may happen to an order."""

    PAY = "pay"
    CANCEL = "cancel"


BOUGHT = frozenset({OrderState.PAID, OrderState.SHIPPED, OrderState.COMPLETED})
"""States of an order whose goods are the buyer's."""

NEXT: Mapping[tuple[OrderState, Step], OrderState] = {
    (OrderState.PLACED, Step.PAY): OrderState.PAID,
    (OrderState.PLACED, Step.CANCEL): OrderState.CANCELLED,
}
_DONE = {Step.PAY: "paid", Step.CANCEL: "cancelled"}


def after(state: OrderState, step: Step) -> OrderState:
    """The state that the step leads to. Raises Conflict where the state does not allow it."""
    try:
        return NEXT[state, step]
    except KeyError:
        raise Conflict(f"an order that is {state} cannot be {_DONE[step]}", field=("order_id",)) from None


def reserved(*, stock: int, quantity: int) -> int:
    """What is left of the stock when these units are set aside. Raises OutOfStock."""
    if quantity > stock:
        left = "none is left" if stock == 0 else f"only {stock} left"
        raise OutOfStock(f"{left}, {quantity} asked for", field=("quantity",))
    return stock - quantity


def within_reach(*, open_orders: int, open_units: int, quantity: int) -> None:
    """Returns when the buyer may set these units aside unpaid. Raises LimitExceeded: no shop is emptied for nothing."""
    if open_orders >= MAX_OPEN_ORDERS:
        raise LimitExceeded(f"you have {open_orders} orders to pay; pay or cancel one first")
    if open_units + quantity > MAX_OPEN_UNITS:
        left = MAX_OPEN_UNITS - open_units
        raise LimitExceeded(f"{open_units} units wait for you to pay; {left} more can", field=("quantity",))


def adjusted(*, stock: int, delta: int) -> int:
    """The stock after a correction. Raises Conflict where it would fall below nothing or rise above the largest."""
    left = stock + delta
    if left < 0 or (delta > 0 and left > LARGEST_STOCK):
        raise Conflict(f"{stock} units are there: the stock cannot become {left}", field=("delta",))
    return left


def total_minor(*, unit_price_minor: int, quantity: int) -> int:
    """The amount to pay, in minor units. Raises Invalid for one too large to be told exactly."""
    total = unit_price_minor * quantity
    if total > LARGEST_MINOR:
        raise Invalid("so many cost more than one order may", field=("quantity",))
    return total


def agreed(*, unit_price_minor: int, expected_minor: int | None) -> None:
    """Returns when the price is what the buyer saw (None: any will do). Raises Conflict."""
    if expected_minor is not None and expected_minor != unit_price_minor:
        raise Conflict(f"one costs {unit_price_minor} by now", field=("expected_unit_price_minor",))
