"""The root of all reading."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules import visibility
from graph.rules.access import ANYONE
from graph.rules.texts import topic_key
from schema.audience import AudienceQueries
from schema.brands import Brand, Store
from schema.catalogue import Product, Review, Variant
from schema.communities import Community, communities
from schema.following import (
    SuggestedBrandConnection,
    SuggestedPersonConnection,
    SuggestedTopicConnection,
    people_to_follow,
    recommended_brands,
    recommended_topics,
)
from schema.influence import (
    BrandInfluencerConnection,
    Influence,
    InfluenceSnapshot,
    brand_influencers,
    influencers,
    rising_creators,
)
from schema.mapped import by_id, many, mine, open_to, root
from schema.media import Media
from schema.neighbourhood import NeighbourhoodQueries
from schema.notes import Collection, Comment, Note, NoteRevision
from schema.notifications import Notification
from schema.orders import Order, OrderLine, Payment
from schema.people import User
from schema.personal_tokens import PersonalToken
from schema.recommendations import (
    RecommendedNoteConnection,
    RecommendedProductConnection,
    recommended_notes,
    recommended_products,
)
from schema.relay import Connection, Node
from schema.saved_queries import SavedQuery
from schema.search import SearchQueries, Suggestion
from schema.seeding_plans import SeedingPlan
from schema.topics import Category, Topic
from schema.viewer import Viewer

_Id = Annotated[strawberry.ID, strawberry.argument(description="Its global id.")]
_Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 100.")]
_Handle = Annotated[str, strawberry.argument(description="Its handle, without @.")]
_Slug = Annotated[str, strawberry.argument(description="Its slug.")]
_Name = Annotated[str, strawberry.argument(description="The tag without #, any case.")]


def _by_id(root: Any, info: strawberry.Info, id: _Id) -> Any:
    return root[info.path.key]


def _by_ids(root: Any, info: strawberry.Info, ids: _Ids) -> Any:
    return root[info.path.key]


def _by_handle(root: Any, info: strawberry.Info, handle: _Handle) -> Any:
    return root[info.path.key]


def _by_slug(root: Any, info: strawberry.Info, slug: _Slug) -> Any:
    return root[info.path.key]


def _by_name(root: Any, info: strawberry.Info, name: _Name) -> Any:
    return root[info.path.key]


@open_to(ANYONE)
@strawberry.type(description="Everything that can be read.")
class Query(SearchQueries, NeighbourhoodQueries, AudienceQueries):
    viewer: Viewer | None = mine("MATCH (that:User {id: $viewer})", "The person signed in; null for nobody.")
    node: Node | None = by_id(_by_id, "Anything, by its global id.", argument="id", many=False)
    nodes: list[Node | None] = by_id(
        _by_ids,
        "Any things, by global ids, in their order; null for one that is not there.",
        argument="ids",
        many=True,
    )
    user: User | None = root(_by_id, "MATCH (that:User {id: $key})", "A person by id.")
    user_by_handle: User | None = root(
        _by_handle, "MATCH (that:User {handle: toLower($key)})", "A person by handle, any case."
    )
    note: Note | None = root(_by_id, "MATCH (that:Note {id: $key})", "A note by id.")
    product: Product | None = root(_by_id, "MATCH (that:Product {id: $key})", "A product by id.")
    brand: Brand | None = root(_by_id, "MATCH (that:Brand {id: $key})", "A brand by id.")
    brand_by_handle: Brand | None = root(
        _by_handle, "MATCH (that:Brand {handle: toLower($key)})", "A brand by handle, any case."
    )
    category: Category | None = root(_by_slug, "MATCH (that:Category {slug: $key})", "A category by slug.")
    topic: Topic | None = root(_by_name, "MATCH (that:Topic {name: $key})", "A topic by its tag.", spelt=topic_key)
    notes: Connection[Note] = many(
        "MATCH (that:Note) WHERE that.publishedAt IS NOT NULL AND $visible AND $page",
        "All notes, newest first.",
        order=descending("that.publishedAt", "datetime"),
    )
    popular_notes: Connection[Note] = many(
        f"MATCH (that:Note) WHERE that.heat IS NOT NULL AND {visibility.OPEN_NOTE} AND $visible AND $page",
        "Notes for everyone, by what people did with them of late.",
        order=descending("that.heat", "float"),
    )
    products: Connection[Product] = many(
        "MATCH (that:Product) WHERE that.createdAt IS NOT NULL AND $visible AND $page",
        "All products, newest first.",
        order=descending("that.createdAt", "datetime"),
    )
    popular_products: Connection[Product] = many(
        "MATCH (that:Product) WHERE that.heat IS NOT NULL AND that.state = 'listed' AND $visible AND $page",
        "Products on sale, by what people did with them of late.",
        order=descending("that.heat", "float"),
    )
    categories: Connection[Category] = many(
        "MATCH (that:Category) WHERE that.position IS NOT NULL AND $page",
        "The categories, in order of display.",
        order=ascending("that.position", "integer"),
    )
    topics: Connection[Topic] = many(
        "MATCH (that:Topic) WHERE that.name IS NOT NULL AND $visible AND $page",
        "The topics, by name.",
        order=ascending("that.name", "string"),
    )
    trending_topics: Connection[Topic] = many(
        "MATCH (that:Topic) WHERE that.heat IS NOT NULL AND $visible AND $page",
        "The topics, by how many people wrote about them of late.",
        order=descending("that.heat", "float"),
    )
    brands: Connection[Brand] = many(
        "MATCH (that:Brand) WHERE that.name IS NOT NULL AND $page",
        "The brands, by name.",
        order=ascending("that.name", "string"),
    )
    recommended_notes: RecommendedNoteConnection = recommended_notes()
    recommended_products: RecommendedProductConnection = recommended_products()
    people_to_follow: SuggestedPersonConnection = people_to_follow()
    recommended_topics: SuggestedTopicConnection = recommended_topics()
    recommended_brands: SuggestedBrandConnection = recommended_brands()
    influencers: Connection[Influence] = influencers()
    rising_creators: Connection[Influence] = rising_creators()
    communities: Connection[Community] = communities()
    brand_influencers: BrandInfluencerConnection = brand_influencers()


TYPES = [
    NoteRevision,
    User,
    Note,
    Comment,
    Collection,
    Category,
    Topic,
    Brand,
    Store,
    Product,
    Variant,
    Review,
    Media,
    SeedingPlan,
    Notification,
    PersonalToken,
    SavedQuery,
    Order,
    OrderLine,
    Payment,
    Suggestion,
    Influence,
    InfluenceSnapshot,
    Community,
]
