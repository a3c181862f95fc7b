"""Parts of the graph as pictures: what the explorer shows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph import neighbourhood as graph_neighbourhood
from graph.rules.access import Role, only
from resolvers import neighbourhood as resolvers
from resolvers.act import Act
from schema.mapped import computed, open_to, restricted
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.api import Context

_EXPLORERS = only(*resolvers.EXPLORERS, Role.BRAND_STAFF, condition="brand staff: of any brand")
_COST = 500


@strawberry.enum(description="A kind of tie, by its type of relationship in the graph.")
class TieKind(Enum):
    FOLLOWS = strawberry.enum_value("FOLLOWS", description="A person follows a person, brand or topic.")
    POSTED = strawberry.enum_value("POSTED", description="A person posted a note.")
    LIKES = strawberry.enum_value("LIKES", description="A person likes a note.")
    TAGGED = strawberry.enum_value("TAGGED", description="A note is under a topic.")
    FEATURES = strawberry.enum_value("FEATURES", description="A note shows a product.")
    MENTIONS = strawberry.enum_value("MENTIONS", description="A note mentions a person or brand.")
    IN_CATEGORY = strawberry.enum_value("IN_CATEGORY", description="A note or product is in a category.")
    MAKES = strawberry.enum_value("MAKES", description="A brand makes a product.")
    OFFICIAL_ACCOUNT_OF = strawberry.enum_value("OFFICIAL_ACCOUNT_OF", description="A person is a brand's voice.")
    SIMILAR = strawberry.enum_value("SIMILAR", description="A note or product is like another (computed).")
    BOUGHT_WITH = strawberry.enum_value("BOUGHT_WITH", description="A product is bought with another (computed).")


@strawberry.enum(description="Which way ties lead, seen from the thing in the middle.")
class TieDirection(Enum):
    IN = strawberry.enum_value("in", description="To it.")
    OUT = strawberry.enum_value("out", description="From it.")
    BOTH = strawberry.enum_value("both", description="Either.")


@open_to(_EXPLORERS)
@strawberry.type(description="A thing in a picture of the graph.")
class GraphNode:
    id: strawberry.ID = strawberry.field(description="Its global id.")
    type: str = strawberry.field(description="User, Note, Product, Brand, Topic or Category.")
    name: str = strawberry.field(description="The name shown: of a note, its title.")
    name_en: str | None = strawberry.field(description="English name of a brand or category, where there is one.")
    handle: str | None = strawberry.field(description="Handle of a person or brand, slug of a category.")
    kind: str | None = strawberry.field(description="Sort of account, or medium of a note.")
    region: str | None = strawberry.field(description="Where a person lives, as they say.")
    verified: bool = strawberry.field(description="Whether it is a brand that passed vetting.")
    heat: float | None = strawberry.field(description="How popular a note, product or topic is now.")
    follower_count: int = strawberry.field(description="How many follow it.")
    like_count: int = strawberry.field(description="How many like it.")
    note_count: int = strawberry.field(
        description="How many notes a person has published, show a product or are under a topic; else 0."
    )
    category: str | None = strawberry.field(description="Name of the category that a note or product is in.")
    category_en: str | None = strawberry.field(description="That category's English name.")


@open_to(_EXPLORERS)
@strawberry.type(description="A tie in a picture of the graph.")
class GraphTie:
    kind: TieKind = strawberry.field(description="Its kind.")
    start: strawberry.ID = strawberry.field(description="Id of the thing it leaves.")
    end: strawberry.ID = strawberry.field(description="Id of the thing it enters.")
    score: float | None = strawberry.field(description="How strong it is, where that was computed.")
    at: DateTime | None = strawberry.field(description="When it was drawn; null where that has no time.")


@open_to(_EXPLORERS)
@strawberry.type(
    description=(
        "A part of the graph: what everybody may see, without people whom a block parts from the viewer, and without "
        "anybody's purchases."
    )
)
class GraphPicture:
    nodes: list[GraphNode] = strawberry.field(description="The things; of a path, in its order.")
    ties: list[GraphTie] = strawberry.field(description="The ties between them; of a path, in its order.")
    more: list[TieKind] = strawberry.field(description="Kinds of which there are more than were asked for.")


@open_to(_EXPLORERS)
@strawberry.type(description="The strongest of several ways between two things.")
class StrongestPath:
    path: GraphPicture = strawberry.field(description="The way, in its order.")
    strength: float = strawberry.field(description="How strong it is: what its ties are, multiplied. 0 to 1.")
    strengths: list[float] = strawberry.field(description="How strong each of its ties is, in its order, 0 to 1.")
    considered: int = strawberry.field(description="Of how many ways it is the strongest, 100 at most.")


_Id = Annotated[strawberry.ID, strawberry.argument(description="Id of the thing in the middle.")]
_Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 500.")]
_Kinds = Annotated[list[TieKind] | None, strawberry.argument(description="Kinds of ties; null: all.")]
_PathKinds = Annotated[
    list[TieKind] | None,
    strawberry.argument(description="Kinds of ties, computed ones excepted; null: all of those but IN_CATEGORY."),
]
_Direction = Annotated[TieDirection, strawberry.argument(description="Which way they lead.")]
_First = Annotated[int, strawberry.argument(description="How many by each kind and direction, 1 to 100.")]
_From = Annotated[strawberry.ID, strawberry.argument(name="from", description="Id of the thing it begins with.")]
_To = Annotated[strawberry.ID, strawberry.argument(description="Id of the thing it ends with.")]


async def _neighbourhood(
    root: Any,
    info: strawberry.Info[Context],
    id: _Id,
    kinds: _Kinds = None,
    direction: _Direction = TieDirection.BOTH,
    first: _First = 20,
) -> GraphPicture | None:
    found = await resolvers.neighbourhood(
        _act(info),
        node_id=id,
        kinds=_kinds(kinds),
        direction=graph_neighbourhood.Direction[direction.name],
        first=first,
    )
    return _picture(found)


async def _graph_picture(root: Any, info: strawberry.Info[Context], ids: _Ids) -> GraphPicture | None:
    return _picture(await resolvers.picture(_act(info), ids=ids))


async def _graph_path(
    root: Any, info: strawberry.Info[Context], start: _From, to: _To, kinds: _PathKinds = None
) -> GraphPicture | None:
    return _picture(await resolvers.shortest_path(_act(info), start_id=start, end_id=to, kinds=_kinds(kinds)))


async def _strongest_path(root: Any, info: strawberry.Info[Context], start: _From, to: _To) -> StrongestPath | None:
    found = await resolvers.strongest_path(_act(info), start_id=start, end_id=to)
    if found is None:
        return None
    return StrongestPath(
        path=_shown(found.picture),
        strength=found.strength,
        strengths=list(found.strengths),
        considered=found.considered,
    )


def _act(info: strawberry.Info[Context]) -> Act:
    return Act(info.context.services, info.context.viewer)


def _kinds(kinds: list[TieKind] | None) -> list[graph_neighbourhood.TieKind] | None:
    return None if kinds is None else [graph_neighbourhood.TieKind[one.name] for one in kinds]


def _picture(found: graph_neighbourhood.Picture | None) -> GraphPicture | None:
    return None if found is None else _shown(found)


def _shown(found: graph_neighbourhood.Picture) -> GraphPicture:
    return GraphPicture(
        nodes=[_node(one) for one in found.nodes],
        ties=[_tie(one) for one in found.ties],
        more=[TieKind[one.name] for one in found.more],
    )


def _node(one: graph_neighbourhood.GraphNode) -> GraphNode:
    return GraphNode(
        id=strawberry.ID(one.id),
        type=one.type,
        name=one.name,
        name_en=one.name_en,
        handle=one.handle,
        kind=one.kind,
        region=one.region,
        verified=one.verified,
        heat=one.heat,
        follower_count=one.followers,
        like_count=one.likes,
        note_count=one.notes,
        category=one.category,
        category_en=one.category_en,
    )


def _tie(one: graph_neighbourhood.GraphTie) -> GraphTie:
    at = None if one.at is None else DateTime(one.at)
    return GraphTie(
        kind=TieKind[one.kind.name],
        start=strawberry.ID(one.start),
        end=strawberry.ID(one.end),
        score=one.score,
        at=at,
    )


def _explored(resolver: Any, description: str) -> Any:
    return restricted(computed(resolver, description, cost=_COST), _EXPLORERS)


@strawberry.type
class NeighbourhoodQueries:
    """Root fields that show parts of the graph."""

    neighbourhood: GraphPicture | None = _explored(
        _neighbourhood, "A thing and what is around it, newest or strongest first; null: none that may be seen."
    )
    graph_picture: GraphPicture | None = _explored(_graph_picture, "Things, and what joins them.")
    graph_path: GraphPicture | None = _explored(
        _graph_path, "One of the shortest ways between two things, of six ties at most; null: there is none."
    )
    strongest_path: StrongestPath | None = _explored(
        _strongest_path,
        "From a person to a person or brand over who follows whom and who speaks for a brand: the strongest of the 100 "
        "shortest ways, of five ties at most; null: there is none.",
    )
