"""Influence: what is measured of people, its history, lists of creators, and creators for a brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Annotated, Any

import strawberry

from graph.influence import COST, BrandOrder
from graph.projection.mapping import Many, Order, Ranking, descending
from graph.projection.pages import Page as PageAsked
from graph.rules import visibility
from graph.rules.access import Access
from resolvers import influence
from resolvers.act import Act
from schema.mapped import (
    After,
    Before,
    First,
    Last,
    many,
    mapped,
    one,
    open_to,
    plain,
    prop,
    ranked,
    restricted,
    value,
    visible_when,
)
from schema.people import User
from schema.relay import Connection, Node, Page
from schema.scalars import DateTime
from schema.topics import Category

_READERS = Access(None, "the person themselves, brands' staff, analysts")
_LISTED = Access(None, "brands' staff and analysts see all, others themselves alone")
_OF_BRAND = Access(None, "who works for the brand, analysts")
_COST = 50


@strawberry.enum(description="How large an audience is; the settings say from how many followers on.")
class InfluenceBand(Enum):
    NANO = strawberry.enum_value("nano", description="The smallest.")
    MICRO = strawberry.enum_value("micro", description="Small.")
    MID = strawberry.enum_value("mid", description="Middling.")
    MACRO = strawberry.enum_value("macro", description="The largest.")


@strawberry.enum(description="What sort of voice somebody is.")
class InfluenceKind(Enum):
    KOL = strawberry.enum_value("kol", description="Key opinion leader: followed by many, or by those who are.")
    KOC = strawberry.enum_value("koc", description="Key opinion consumer: buys what they speak of, and is heard.")
    OTHER = strawberry.enum_value("other", description="Neither, or not known to be.")


@strawberry.enum(description="What speaks for somebody, or against.")
class InfluenceReason(Enum):
    AUDIENCE = strawberry.enum_value("audience", description="The audience is at least of the band MICRO.")
    CENTRAL = strawberry.enum_value("central", description="PageRank is at least 20 times the mean.")
    RESONANT = strawberry.enum_value("resonant", description="Notes have at least the usual engagement.")
    SELLS = strawberry.enum_value("sells", description="Notes led to at least one order.")
    BUYS = strawberry.enum_value("buys", description="They bought at least three products themselves.")
    DOUBTFUL = strawberry.enum_value("doubtful", description="Much of the audience may not be real.")


@strawberry.enum(description="Which people come first.")
class InfluenceOrder(Enum):
    SCORE = strawberry.enum_value("score", description="By the score of all parts.")
    REACH = strawberry.enum_value("audience", description="By audience.")
    RESONANCE = strawberry.enum_value("resonance", description="By engagement over what is usual.")
    NETWORK = strawberry.enum_value("network", description="By PageRank.")
    PULL = strawberry.enum_value("orders", description="By orders that their notes led to.")
    GROWTH = strawberry.enum_value("growth", description="By what the score gained in some four weeks.")


@strawberry.enum(description="Which creators come first for a brand.")
class BrandInfluencerOrder(Enum):
    PULL = strawberry.enum_value("pull", description="By orders of its products that their notes led to.")
    CLOSENESS = strawberry.enum_value("closeness", description="By how much its audience listens to them.")


@visible_when(visibility.INFLUENCE)
@open_to(_READERS)
@strawberry.type(description="What somebody's influence was in one week.")
class InfluenceSnapshot(Node):
    at: DateTime = prop("As of when.")
    score: float = prop("The score, 0 to 100.")
    followers: int = prop("Followers.")
    network: float = prop("PageRank, 1 being the mean.")
    orders: float = prop("Orders in the window before that their notes led to.")
    engagement: float = prop("What was done with their notes in that window.")


@visible_when(visibility.INFLUENCE)
@open_to(_READERS)
@strawberry.type(
    description="How much somebody moves others, in all or in one category, as `job influence` measured it last. The "
    "score is 100 × authenticity × (0.35 reachPart + 0.25 resonancePart + 0.20 networkPart + 0.20 pullPart)."
)
class Influence(Node):
    user: User = one("(this)<-[:HAS_INFLUENCE]-(that:User)", "Whose it is.", visible=False)
    category: Category | None = one("(that:Category {id: this.scope})", "The category; null: in all.")
    at: DateTime = prop("When it was measured.")
    score: float = prop("The score of all parts, 0 to 100.")
    band: InfluenceBand = prop("How large the audience is.")
    kind: InfluenceKind = prop("What sort of voice they are.")
    reasons: list[InfluenceReason] = prop("What speaks for that, or against.", "coalesce(this.reasons, [])")
    followers: int = prop("Followers in all.")
    audience: int = prop("Followers; in a category, those who took up something of it in the window.")
    second_reach: int = prop("People within two steps: followers, and who follows those; in a category as audience.")
    second_reach_error: float = prop("Standard error of that, which is estimated for large audiences; 0: counted.")
    notes: int = prop("Notes that they posted in the window.")
    engagement: float = prop("What others did with their notes in the window: a like 1, a keep 2, a comment 3.")
    expected_engagement: float = prop("What a note usually has with such an audience.")
    resonance: float = prop("Engagement of a note over that: 1 is usual.")
    network: float = prop("PageRank on the graph of who follows and takes up whom, 1 being the mean.")
    orders: float = prop("Orders in the window that their notes led to, by credited share.")
    authenticity: float = prop("How real the audience is by what is known, 0 to 1; the score is multiplied by it.")
    hollow_followers: int = prop("Followers who did next to nothing but follow.")
    burst_followers: int = prop("Of these, those of whom five or more joined within the same four days.")
    reach_part: float = prop("Reach, 0 to 1.")
    resonance_part: float = prop("Resonance, 0 to 1.")
    network_part: float = prop("PageRank, 0 to 1.")
    pull_part: float = prop("Orders, 0 to 1.")
    growth: float | None = prop("What their score in all gained in some four weeks; null: it is not known.")
    follower_growth: int | None = prop("How many followers they gained in that time.")
    history: Connection[InfluenceSnapshot] = many(
        "MATCH (this)<-[:HAS_INFLUENCE]-(:User)-[:HAD_INFLUENCE]->(that:InfluenceSnapshot)",
        "What it was in all, week by week, latest first.",
        order=descending("that.at", "datetime"),
    )


@open_to(_OF_BRAND)
@strawberry.type(description="A creator as a brand sees them.")
class BrandInfluencerEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: User = plain("The creator.")
    notes: int = value("How many of their notes, of the latest 300 of each product, show its products.", "edge.notes")
    sponsored: int = value("How many of these say that they are paid for.", "edge.sponsored")
    engagement: int = value("Likes, keeps and comments of these notes.", "edge.engagement")
    orders: float = value("Orders of its products in the window that these notes led to.", "edge.orders")
    closeness: float | None = value(
        "Personalised PageRank from those who take up notes about its products, 1 being the mean of everybody; null: "
        "not among the 100 closest.",
        "edge.closeness",
    )


@open_to(_OF_BRAND)
@strawberry.type(description="One page of creators for a brand, of whom there are 200 at most.")
class BrandInfluencerConnection(Page):
    edges: list[BrandInfluencerEdge] = plain("The creators with their cursors.")
    nodes: list[User] = plain("The creators alone.")


_CategoryId = Annotated[strawberry.ID | None, strawberry.argument(description="Id of a category; null: in all.")]
_Band = Annotated[InfluenceBand | None, strawberry.argument(description="Only those of the band.")]
_Kind = Annotated[InfluenceKind | None, strawberry.argument(description="Only those of the kind.")]
_By = Annotated[InfluenceOrder, strawberry.argument(description="Which come first; cursors hold for one order only.")]
_ByBrand = Annotated[
    BrandInfluencerOrder, strawberry.argument(description="Which come first; cursors hold for one order only.")
]
_BrandId = Annotated[strawberry.ID, strawberry.argument(description="Id of the brand.")]
_ARGUMENTS = ("category", "band", "kind")


def _read_influencers(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    category: _CategoryId = None,
    band: _Band = None,
    kind: _Kind = None,
    order_by: _By = InfluenceOrder.SCORE,
) -> Any:
    return root[info.path.key]


def _read_rising(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    category: _CategoryId = None,
    band: _Band = None,
    kind: _Kind = None,
) -> Any:
    return root[info.path.key]


def _read_brand(
    root: Any,
    info: strawberry.Info,
    brand_id: _BrandId,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    order_by: _ByBrand = BrandInfluencerOrder.PULL,
) -> Any:
    return root[info.path.key]


def _ordered(key: str, condition: str) -> Order:
    """The order by a key of an ordered index, largest first, of those whom the arguments leave."""
    match = (
        f"MATCH (that:Influence) WHERE that.scope = coalesce($category, 'all') AND that.{key} {condition}"
        " AND ($band IS NULL OR that.band = toLower($band)) AND ($kind IS NULL OR that.kind = toLower($kind))"
        " AND $visible AND $page"
    )
    return replace(descending(f"that.{key}", "float", by="that.scope"), match=match)


def influencers() -> Any:
    """The field that lists people by influence."""
    orders = {order.name: _ordered(str(order.value), "IS NOT NULL") for order in InfluenceOrder}
    audience = replace(orders["REACH"], keys=(("that.audience", "integer"), ("that.id", "string")))
    mapping = Many("", {**orders, "REACH": audience}, "SCORE", cost=_COST, arguments=_ARGUMENTS)
    description = "People by influence, in all or in a category."
    return restricted(mapped(mapping, description, _read_influencers), _LISTED)


def rising_creators() -> Any:
    """The field that lists people whose influence grows."""
    mapping = Many("", {"DEFAULT": _ordered("growth", "> 0")}, "DEFAULT", cost=_COST, arguments=_ARGUMENTS)
    return restricted(mapped(mapping, "People whose score grew in some four weeks, most first.", _read_rising), _LISTED)


async def _for_brand(act: Act, arguments: Mapping[str, Any], page: PageAsked) -> Ranking:
    order = arguments.get("orderBy")
    chosen = BrandOrder(getattr(order, "value", order) or BrandOrder.PULL)
    return await influence.brand_influencers(act, page, brand_id=arguments["brandId"], order=chosen)


def brand_influencers() -> Any:
    """The field that lists creators for a brand."""
    description = "Creators for a brand: those whose notes show its products, or whom its audience listens to."
    return restricted(ranked(_for_brand, "User", description, cost=COST, reader=_read_brand), _OF_BRAND)
