"""Products, their variants and what people say of them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules import visibility
from graph.rules.access import ANYONE
from schema.cascades import Cascade, cascade
from schema.mapped import embed, for_viewer, many, one, open_to, prop, visible_when
from schema.media import Media, shown_media
from schema.notes import Note
from schema.people import User
from schema.relay import Connection, Node
from schema.scalars import DateTime, MinorUnits
from schema.topics import Category

if TYPE_CHECKING:
    from schema.brands import Brand


@open_to(ANYONE)
@strawberry.type(description="An amount of money.")
class Money:
    amount_minor: MinorUnits = prop("The amount in minor units.", "this.priceMinor")
    currency: str = prop("ISO 4217 code.")


_IN_STOCK = "EXISTS { (that)-[:HAS_VARIANT]->(via:Variant) WHERE via.stock > 0 }"


@strawberry.enum(description="Which products come first.")
class ProductOrder(Enum):
    NAME = strawberry.enum_value("name", description="By name.")
    NEWEST = strawberry.enum_value("newest", description="Latest first.")
    PRICE_LOW = strawberry.enum_value("price_low", description="Cheapest first.")
    PRICE_HIGH = strawberry.enum_value("price_high", description="Dearest first.")


PRODUCT_ORDERS = {
    ProductOrder.NAME: ascending("that.name", "string"),
    ProductOrder.NEWEST: descending("that.createdAt", "datetime"),
    ProductOrder.PRICE_LOW: ascending("that.priceMinor", "integer"),
    ProductOrder.PRICE_HIGH: descending("that.priceMinor", "integer"),
}


@strawberry.enum(description="Whether a product is on sale.")
class ProductState(Enum):
    LISTED = strawberry.enum_value("listed", description="On sale.")
    UNLISTED = strawberry.enum_value("unlisted", description="Seen by the brand's staff alone.")


@visible_when(visibility.PRODUCT)
@open_to(ANYONE)
@strawberry.type(description="Something a brand makes and stores sell.")
class Product(Node):
    name: str = prop("Name shown.")
    description: str | None = prop("What it is.")
    state: ProductState = prop("Whether it is on sale.")
    created_at: DateTime = prop("When it was listed.")
    price: Money = embed("Lowest price of its variants.")
    review_count: int = prop("How many published reviews it has.")
    average_rating: float | None = prop(
        "Mean of its published ratings, 1 to 5; null without any.",
        "CASE WHEN this.reviewCount = 0 THEN NULL ELSE toFloat(this.ratingSum) / this.reviewCount END",
    )
    viewer_purchased: bool = for_viewer("(viewer)-[:PURCHASED]->(this)", "Whether the viewer bought it.")
    brand: Annotated[Brand, strawberry.lazy("schema.brands")] = one("(this)<-[:MAKES]-(that:Brand)", "Who makes it.")
    category: Category = one("(this)-[:IN_CATEGORY]->(that:Category)", "Its category.")
    variants: Connection[Variant] = many(
        "MATCH (this)-[:HAS_VARIANT]->(that:Variant)",
        "The sizes, shades or packs it comes in, in the seller's order.",
        order=ascending("that.position", "integer"),
        total="COUNT { (this)-[:HAS_VARIANT]->() }",
    )
    reviews: Connection[Review] = many(
        "MATCH (that:Review) WHERE that.productId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
        "Reviews, newest first.",
        order=descending("that.createdAt", "datetime", by="that.productId"),
        total="this.reviewCount",
    )
    notes: Connection[Note] = many(
        "MATCH ()<-[edge:FEATURES]-(that:Note) WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Notes that show it, newest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:FEATURES]-() }",
    )
    cascade: Cascade | None = cascade("Who showed it in notes, and who has it from whom", id="this.id")
    similar: Connection[Product] = many(
        f"MATCH (this)-[edge:SIMILAR]->(that:Product) WHERE edge.score > 0 AND {_IN_STOCK} AND $visible AND $page",
        "Products like it that can be bought, most alike first (`job similarity`).",
        order=ascending("edge.rank", "integer"),
        cost=100,
    )
    bought_together: Connection[Product] = many(
        f"MATCH (this)-[edge:BOUGHT_WITH]->(that:Product) WHERE {_IN_STOCK} AND $visible AND $page",
        "Products that its buyers bought along with it and that can be bought, most often first (`job similarity`).",
        order=ascending("edge.rank", "integer"),
        cost=20,
    )


@visible_when(visibility.VARIANT)
@open_to(ANYONE)
@strawberry.type(description="A product in one size, shade or pack.")
class Variant(Node):
    sku: str = prop("Unique stock keeping unit.")
    name: str = prop("What tells it from its siblings.")
    price: Money = embed("Price of one unit.")
    stock: int = prop("Units that can be sold.")
    in_stock: bool = prop("Whether at least one can be sold.", "this.stock > 0")


@visible_when(visibility.REVIEW)
@open_to(ANYONE)
@strawberry.type(description="A rating and text about a product.")
class Review(Node):
    rating: int = prop("Stars, 1 to 5.")
    text: str = prop("Body.")
    verified: bool = prop("Whether the writer paid for the product.")
    created_at: DateTime = prop("When it was written.")
    author: User = one("(this)<-[:WROTE]-(that:User)", "Who wrote it.", visible=False)
    product: Product | None = one("(this)-[:REVIEWS]->(that:Product)", "What it is about.")
    media: Connection[Media] = shown_media("Its pictures and videos, in the review's order.")
