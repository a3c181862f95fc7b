"""Orders: what the viewer bought, for them alone."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.projection.mapping import ascending
from graph.rules import visibility
from graph.rules.access import Access
from schema.catalogue import Product, Variant
from schema.mapped import many, one, open_to, prop, visible_when
from schema.notes import Note
from schema.relay import Connection, Node
from schema.scalars import DateTime, MinorUnits

_BUYERS = Access(None, "who placed the order")


@strawberry.enum(description="Where an order is.")
class OrderState(Enum):
    PLACED = strawberry.enum_value("placed", description="Waits for its payment; its units are set aside.")
    PAID = strawberry.enum_value("paid", description="Paid, not on its way yet.")
    SHIPPED = strawberry.enum_value("shipped", description="On its way.")
    COMPLETED = strawberry.enum_value("completed", description="Received.")
    CANCELLED = strawberry.enum_value("cancelled", description="Cancelled, or not paid in time.")
    REFUNDED = strawberry.enum_value("refunded", description="Paid, and the money given back.")


@visible_when(visibility.ORDER)
@open_to(_BUYERS)
@strawberry.type(description="A purchase; only who placed it sees it.")
class Order(Node):
    state: OrderState = prop("Where it is.")
    total_minor: MinorUnits = prop("Amount to pay, in minor units.")
    currency: str = prop("ISO 4217 code of the amounts.")
    placed_at: DateTime = prop("When it was placed.")
    paid_at: DateTime | None = prop("When it was paid.")
    lines: Connection[OrderLine] = many(
        "MATCH (this)-[:CONTAINS]->(that:OrderLine)", "What was ordered.", order=ascending("that.id", "string")
    )
    payment: Payment | None = one("(this)<-[:PAYS]-(that:Payment)", "The payment that was accepted.")


@visible_when(visibility.ORDER_LINE)
@open_to(_BUYERS)
@strawberry.type(description="One variant in an order.")
class OrderLine(Node):
    quantity: int = prop("Units.")
    unit_price_minor: MinorUnits = prop("Price of one unit then, in minor units.")
    currency: str = prop("ISO 4217 code of the price.")
    variant: Variant = one("(this)-[:OF]->(that:Variant)", "What was ordered, as it is now.", visible=False)
    product: Product = one(
        "(this)-[:OF]->(:Variant)<-[:HAS_VARIANT]-(that:Product)", "The variant's product, as it is now.", visible=False
    )
    credited_note: Note | None = one("(this)-[:CREDITED_TO]->(that:Note)", "The note that it came from.")


@visible_when(visibility.PAYMENT)
@open_to(_BUYERS)
@strawberry.type(description="A payment of an order that was accepted.")
class Payment(Node):
    amount_minor: MinorUnits = prop("Amount in minor units.")
    currency: str = prop("ISO 4217 code of the amount.")
    gateway: str = prop("Who took the money; the sandbox takes none.")
    reference: str = prop("What the gateway calls it.")
    paid_at: DateTime = prop("When it was accepted.")
