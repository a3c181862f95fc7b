"""Mutations of orders."""

from __future__ import annotations

import strawberry

from graph.rules.access import MEMBERS, members
from resolvers import orders
from schema.inputs import id_of, idempotency_key, known, secret, whole
from schema.mapped import ref
from schema.mutating import Payload, mutation
from schema.orders import Order
from schema.scalars import MinorUnits

_BUYER = members("who placed the order")


@strawberry.input(description="What is bought.")
class PlaceOrderInput:
    variant_id: strawberry.ID = id_of("Variant", description="The variant.")
    quantity: int = whole("Units.", least=1, most=99, default=1)
    from_note_id: strawberry.ID | None = id_of(
        "Note", description="The note whose link the buyer followed; it is credited unless they wrote it.", default=None
    )
    expected_unit_price_minor: MinorUnits | None = known(
        "The price that the buyer saw, in minor units: at any other the order is refused.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="How an order is paid.")
class PayOrderInput:
    order_id: strawberry.ID = id_of("Order", description="The order.")
    payment_token: str = secret("What the payment gateway gave the client; the sandbox accepts sandbox:accept.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An order.")
class CancelOrderInput:
    order_id: strawberry.ID = id_of("Order", description="The order.")


@strawberry.type(description="The order after the change.")
class OrderPayload(Payload):
    order: Order | None = ref("The order.")


@strawberry.type
class OrderMutations:
    """Mutations of orders."""

    place_order: OrderPayload | None = mutation(
        orders.place_order,
        PlaceOrderInput,
        "Orders a variant: its units are set aside until the order is paid, cancelled, or expires.",
        access=MEMBERS,
    )
    pay_order: OrderPayload | None = mutation(
        orders.pay_order, PayOrderInput, "Pays an order; one that is paid already stays so.", access=_BUYER
    )
    cancel_order: OrderPayload | None = mutation(
        orders.cancel_order, CancelOrderInput, "Cancels an order that is not paid; its units go back.", access=_BUYER
    )
