"""Communities: people who follow and take up each other more than others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules import visibility
from graph.rules.access import Access
from schema.mapped import many, open_to, plain, prop, restricted, visible_when
from schema.relay import Node, Page
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.people import User

_READERS = Access(None, "brands' staff, analysts")


@open_to(_READERS)
@strawberry.type(description="Somebody in a community.")
class CommunityMemberEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: Annotated[User, strawberry.lazy("schema.people")] = plain("The person.")
    followers: int = prop("How many in the community follow them.", "edge.followers")


@open_to(_READERS)
@strawberry.type(description="One page of those in a community.")
class CommunityMemberConnection(Page):
    edges: list[CommunityMemberEdge] = plain("The people with their cursors.")
    nodes: list[Annotated[User, strawberry.lazy("schema.people")]] = plain("The people alone.")


@visible_when(visibility.COMMUNITY)
@open_to(_READERS)
@strawberry.type(description="People who follow and take up each other more than others, as `job influence` found.")
class Community(Node):
    name: str | None = prop("The topics that tell it from others; null: its members wrote about none.")
    topics: list[str] = prop("These topics, without #, the most telling first.", "coalesce(this.topics, [])")
    people: int = prop("How many people are in it.")
    at: DateTime = prop("When it was last found to be there.")
    members: CommunityMemberConnection = many(
        "MATCH ()<-[edge:MEMBER_OF]-(that:User) "
        "WHERE edge.to = this.id AND edge.rank IS NOT NULL AND $visible AND $page",
        "Those in it, whom most of it follow first.",
        order=replace(ascending("edge.rank", "integer", by="edge.to"), carries=("that", "edge")),
        total="this.people",
    )


def communities() -> Any:
    """The field that lists communities."""
    field: Any = many(
        "MATCH (that:Community) WHERE that.people IS NOT NULL AND $visible AND $page",
        "Communities, largest first; for brands' staff and analysts.",
        order=descending("that.people", "integer"),
    )
    return restricted(field, _READERS)
