"""Brands and their stores."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import strawberry

from graph import feed
from graph.projection.mapping import ascending, descending
from graph.rules.access import ANYONE, STAFF
from schema.catalogue import PRODUCT_ORDERS, Product, ProductOrder
from schema.mapped import count, for_viewer, many, one, open_to, plain, prop, restricted, sorted_many
from schema.notes import Note
from schema.people import FollowConnection, User
from schema.relay import Connection, Node, Page
from schema.scalars import DateTime
from schema.seeding_plans import SeedingPlan

_NEWEST_PRODUCTS = replace(
    descending("that.createdAt", "datetime", by="that.brandId"),
    match="MATCH (that:Product) WHERE that.brandId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
)


@strawberry.enum(description="What sort of store it is.")
class StoreKind(Enum):
    FLAGSHIP = strawberry.enum_value("flagship", description="The brand's main store.")
    OUTLET = strawberry.enum_value("outlet", description="A store for reduced goods.")


@strawberry.enum(description="What somebody is to a brand they work for.")
class StaffRole(Enum):
    OWNER = strawberry.enum_value("owner", description="Decides who works for the brand, and all that editors do.")
    EDITOR = strawberry.enum_value("editor", description="Keeps what the brand says, its stores, products and stock.")


@open_to(ANYONE)
@strawberry.type(description="Somebody who works for a brand.")
class StaffEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: User = plain("The person.")
    role: StaffRole = prop("What they are to the brand.", "edge.role")


@open_to(ANYONE)
@strawberry.type(description="One page of the people who work for a brand.")
class StaffConnection(Page):
    edges: list[StaffEdge] = plain("The people with their cursors.")
    nodes: list[User] = plain("The people alone.")


@open_to(ANYONE)
@strawberry.type(description="A brand that asks somebody to work for it.")
class BrandInvitationEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: Brand = plain("The brand.")
    role: StaffRole = prop("What they would be to it.", "edge.role")
    at: DateTime = prop("When they were first invited.", "edge.at")


@open_to(ANYONE)
@strawberry.type(description="One page of the brands that ask somebody to work for them.")
class BrandInvitationConnection(Page):
    edges: list[BrandInvitationEdge] = plain("The brands with their cursors.")
    nodes: list[Brand] = plain("The brands alone.")


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
    viewer_is_staff: bool = for_viewer("(viewer)-[:STAFF_OF]->(this)", "Whether the viewer works for it.")
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
    staff: StaffConnection = restricted(
        many(
            "MATCH (this)<-[edge:STAFF_OF]-(that:User) "
            "WHERE EXISTS { (:User {id: $viewer})-[:STAFF_OF]->(this) } AND $visible AND $page",
            "Who works for it, by handle; empty for who does not.",
            order=replace(ascending("that.handle", "string"), carries=("that", "edge")),
        ),
        STAFF,
    )
    invited_staff: StaffConnection = restricted(
        many(
            "MATCH (this)<-[edge:INVITED_AS_STAFF]-(that:User) "
            "WHERE EXISTS { (:User {id: $viewer})-[:STAFF_OF]->(this) } AND $visible AND $page",
            "Who is invited to work for it and has not answered, by handle; empty for who does not work for it.",
            order=replace(ascending("that.handle", "string"), carries=("that", "edge")),
        ),
        STAFF,
    )
    seeding_plans: Connection[SeedingPlan] = restricted(
        many(
            "MATCH (that:SeedingPlan) "
            "WHERE that.brandId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
            "Seeding plans and simulations that its staff asked for, newest first; empty for who does not work for it.",
            order=descending("that.createdAt", "datetime", by="that.brandId"),
        ),
        STAFF,
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
