"""What may become of an order, and what it costs: by table, and whatever happens in whatever order."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import Conflict, Invalid, OutOfStock
from graph.rules import orders as rules
from graph.rules.orders import BOUGHT, OrderState, Step

ALLOWED = {
    ("placed", "pay"): "paid",
    ("placed", "cancel"): "cancelled",
}


@pytest.mark.parametrize(("state", "step"), [*product(OrderState, Step)])
def test_every_step_from_every_state(state: OrderState, step: Step) -> None:
    wanted = ALLOWED.get((state.value, step.value))
    if wanted is not None:
        assert rules.after(state, step).value == wanted
        return
    with pytest.raises(Conflict) as refused:
        rules.after(state, step)
    assert refused.value.code == "CONFLICT"
    assert refused.value.field == ("order_id",)
    assert refused.value.message.startswith(f"an order that is {state.value} cannot be ")


def test_what_counts_as_bought() -> None:
    assert {state.value for state in BOUGHT} == {"paid", "shipped", "completed"}


@pytest.mark.parametrize(
    ("stock", "quantity", "left"), [(20, 1, 19), (5, 5, 0), (1, 1, 0), (2_147_483_647, 99, 2_147_483_548)]
)
def test_units_set_aside(stock: int, quantity: int, left: int) -> None:
    assert rules.reserved(stock=stock, quantity=quantity) == left


@pytest.mark.parametrize(
    ("stock", "quantity", "message"),
    [(0, 1, "none is left, 1 asked for"), (3, 4, "only 3 left, 4 asked for")],
)
def test_more_than_there_is(stock: int, quantity: int, message: str) -> None:
    with pytest.raises(OutOfStock) as refused:
        rules.reserved(stock=stock, quantity=quantity)
    assert (refused.value.code, refused.value.message, refused.value.field) == ("OUT_OF_STOCK", message, ("quantity",))


@pytest.mark.parametrize(
    ("stock", "delta", "left"),
    [(0, 7, 7), (7, -7, 0), (7, 0, 7), (999_999_999, 1, 1_000_000_000), (1_000_000_050, -1, 1_000_000_049)],
)
def test_stock_corrected(stock: int, delta: int, left: int) -> None:
    assert rules.adjusted(stock=stock, delta=delta) == left


@pytest.mark.parametrize(("stock", "delta"), [(7, -8), (0, -1), (1_000_000_000, 1)])
def test_stock_that_cannot_be(stock: int, delta: int) -> None:
    with pytest.raises(Conflict) as refused:
        rules.adjusted(stock=stock, delta=delta)
    assert (refused.value.code, refused.value.field) == ("CONFLICT", ("delta",))


@pytest.mark.parametrize(
    ("price", "quantity", "total"), [(3_900, 1, 3_900), (3_900, 99, 386_100), (2**53, 1, 2**53), (2**52, 2, 2**53)]
)
def test_total(price: int, quantity: int, total: int) -> None:
    assert rules.total_minor(unit_price_minor=price, quantity=quantity) == total


def test_total_that_no_client_could_read() -> None:
    with pytest.raises(Invalid) as refused:
        rules.total_minor(unit_price_minor=2**53, quantity=2)
    assert refused.value.field == ("quantity",)


def test_price_that_the_buyer_saw() -> None:
    rules.agreed(unit_price_minor=3_900, expected_minor=None)
    rules.agreed(unit_price_minor=3_900, expected_minor=3_900)
    with pytest.raises(Conflict, match="one costs 3900 by now") as refused:
        rules.agreed(unit_price_minor=3_900, expected_minor=3_800)
    assert refused.value.field == ("expected_unit_price_minor",)


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(1, 9)),
        st.tuples(st.sampled_from(Step), st.integers(0, 9)),
        st.tuples(st.just("adjust"), st.integers(-9, 9)),
    ),
    max_size=60,
)


@given(stock=st.integers(0, 30), steps=_STEPS)
def test_no_unit_appears_or_vanishes(stock: int, steps: list[tuple[str, int]]) -> None:
    """Units in stock, set aside and sold are those there were, and those that came."""
    there = stock
    orders: list[tuple[OrderState, int]] = []
    for step, number in steps:
        try:
            if step == "place":
                stock = rules.reserved(stock=stock, quantity=number)
                orders.append((OrderState.PLACED, number))
            elif step == "adjust":
                stock = rules.adjusted(stock=stock, delta=number)
                there += number
            elif number < len(orders):
                state, units = orders[number]
                orders[number] = rules.after(state, Step(step)), units
                stock += units if step == Step.CANCEL else 0
        except Conflict:
            pass
        kept = sum(units for state, units in orders if state is not OrderState.CANCELLED)
        assert stock + kept == there
        assert stock >= 0
