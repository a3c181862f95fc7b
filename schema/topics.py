"""Categories and topics (hashtags)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.projection.mapping import descending
from graph.rules import visibility
from graph.rules.access import ANYONE
from schema.mapped import count, for_viewer, many, open_to, prop, visible_when
from schema.relay import Connection, Node
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.catalogue import Product
    from schema.notes import Note


@open_to(ANYONE)
@strawberry.type(description="A field of life that notes and products belong to.")
class Category(Node):
    slug: str = prop("Unique name in addresses.")
    name: str = prop("Chinese name.")
    name_en: str = prop("English name.")
    notes: Connection[Annotated[Note, strawberry.lazy("schema.notes")]] = many(
        "MATCH (that:Note) WHERE that.categoryId = this.id AND that.publishedAt IS NOT NULL AND $visible AND $page",
        "Notes of the category, newest first.",
        order=descending("that.publishedAt", "datetime", by="that.categoryId"),
    )
    products: Connection[Annotated[Product, strawberry.lazy("schema.catalogue")]] = many(
        "MATCH (that:Product) WHERE that.categoryId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
        "Products of the category, newest first.",
        order=descending("that.createdAt", "datetime", by="that.categoryId"),
    )
    popular_notes: Connection[Annotated[Note, strawberry.lazy("schema.notes")]] = many(
        "MATCH (that:Note) WHERE that.categoryId = this.id AND that.heat IS NOT NULL"
        f" AND {visibility.OPEN_NOTE} AND $visible AND $page",
        "Notes of the category for everyone, by what people did with them of late.",
        order=descending("that.heat", "float", by="that.categoryId"),
    )
    popular_products: Connection[Annotated[Product, strawberry.lazy("schema.catalogue")]] = many(
        "MATCH (that:Product) WHERE that.categoryId = this.id AND that.heat IS NOT NULL"
        " AND that.state = 'listed' AND $visible AND $page",
        "Products of the category on sale, by what people did with them of late.",
        order=descending("that.heat", "float", by="that.categoryId"),
    )


@visible_when(visibility.TOPIC)
@open_to(ANYONE)
@strawberry.type(description="A hashtag.")
class Topic(Node):
    name: str = prop("The tag without #.")
    created_at: DateTime = prop("When it was first used.")
    note_count: int = count("(this)<-[:TAGGED]-()", "How many notes carry it.")
    follower_count: int = count("(this)<-[:FOLLOWS]-()", "How many people follow it.")
    viewer_follows: bool = for_viewer("(viewer)-[:FOLLOWS]->(this)", "Whether the viewer follows it.")
    notes: Connection[Annotated[Note, strawberry.lazy("schema.notes")]] = many(
        "MATCH ()<-[edge:TAGGED]-(that:Note) WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Notes with the tag, newest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:TAGGED]-() }",
    )
