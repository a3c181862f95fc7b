"""Brands and their stores."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import strawberry

from graph import feed
from graph.projection.mapping import ascending, descending
from graph.rules.access import ANYONE
from schema.catalogue import PRODUCT_ORDERS, Product, ProductOrder
from schema.mapped import count, for_viewer, many, one, open_to, prop, sorted_many
from schema.notes import Note
from schema.people import FollowConnection, User
from schema.relay import Connection, Node
from schema.scalars import DateTime

_NEWEST_PRODUCTS = replace(
    descending("that.createdAt", "datetime", by="that.brandId"),
    match="MATCH (that:Product) WHERE that.brandId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
)


@strawberry.enum(description="What sort of store it is.")
class StoreKind(Enum):
    FLAGSHIP = strawberry.enum_value("flagship", description="The brand's main store.")
    OUTLET = strawberry.enum_value("outlet", description="A store for reduced goods.")


@open_to(ANYONE)
@strawberry.type(description="A maker of products.")
class Brand(Node):
    handle: str = prop("Unique name in addresses.")
    name: str = prop("Name shown.")
    name_en: str | None = prop("English name.")
    description: str | None = prop("What the brand says of itself.")
    verified: bool = prop("Whether the brand passed vetting.")
    created_at: DateTime = prop("When it joined.")
    follower_count: int = count("(this)<-[:FOLLOWS]-()", "How many people follow it.")
    product_count: int = count("(this)-[:MAKES]->()", "How many products it makes.")
    viewer_follows: bool = for_viewer("(viewer)-[:FOLLOWS]->(this)", "Whether the viewer follows it.")
    official_account: User | None = one("(this)<-[:OFFICIAL_ACCOUNT_OF]-(that:User)", "Its official account.")
    products: Connection[Product] = sorted_many(
        "MATCH (this)-[:MAKES]->(that:Product)",
        "Its products.",
        orders={**PRODUCT_ORDERS, ProductOrder.NEWEST: _NEWEST_PRODUCTS},
        total="COUNT { (this)-[:MAKES]->() }",
    )
    stores: Connection[Store] = many(
        "MATCH (this)-[:OPERATES]->(that:Store)", "Its stores, by name.", order=ascending("that.name", "string")
    )
    followers: FollowConnection = many(
        "MATCH ()<-[edge:FOLLOWS]-(that:User) WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Who follows it, latest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:FOLLOWS]-() }",
    )
    notes: Connection[Note] = many(
        feed.BRAND_NOTES,
        "Notes that show its products, newest first.",
        order=descending("that.publishedAt", "datetime"),
        backward=feed.BRAND_NOTES_BACKWARD,
        cost=200,
    )


@open_to(ANYONE)
@strawberry.type(description="A shop that a brand operates.")
class Store(Node):
    name: str = prop("Name shown.")
    kind: StoreKind = prop("What sort of store it is.")
    created_at: DateTime = prop("When it opened.")
    brand: Brand = one("(this)<-[:OPERATES]-(that:Brand)", "Whose it is.")
    products: Connection[Product] = sorted_many(
        "MATCH (this)-[:SELLS]->(that:Product)",
        "What it sells.",
        orders=PRODUCT_ORDERS,
        total="COUNT { (this)-[:SELLS]->() }",
    )
