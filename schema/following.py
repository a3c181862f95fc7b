"""Suggestions: whom and what to follow, and why."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry

from graph.following import BRANDS, PEOPLE, TOPICS, Kind
from graph.projection.mapping import ascending
from graph.rules.access import ANYONE
from resolvers.following import suggested
from schema.brands import Brand
from schema.mapped import After, Before, First, Last, many, open_to, plain, ranked, value
from schema.people import User
from schema.relay import Connection, Page
from schema.topics import Topic


@strawberry.enum(description="Why something is suggested.")
class SuggestionReason(Enum):
    FOLLOWED_BY = strawberry.enum_value("followed_by", description="People whom the viewer follows follow it.")
    FOLLOWS_YOU = strawberry.enum_value("follows_you", description="They follow the viewer.")
    SIMILAR = strawberry.enum_value(
        "similar", description="They like what the viewer likes, or say of themselves what the viewer does."
    )
    LIKED = strawberry.enum_value(
        "liked", description="Notes that the viewer likes or keeps are by, under or about it."
    )
    BOUGHT = strawberry.enum_value("bought", description="The viewer bought products of it.")
    VIEWED = strawberry.enum_value("viewed", description="The viewer looked at products of it.")
    POSTED = strawberry.enum_value("posted", description="The viewer writes about it.")
    INTEREST = strawberry.enum_value("interest", description="It is popular in a category that the viewer cares for.")
    TRENDING = strawberry.enum_value("trending", description="It is popular now.")


@open_to(ANYONE)
@strawberry.type(description="One reason of a suggestion.")
class SuggestionPart:
    reason: SuggestionReason = value("Which it is.")
    number: int = value("Of how many people, notes or products; 1 where nothing is counted.")
    share: float = value("Its part of the score.")


@open_to(ANYONE)
@strawberry.type
class _Suggested:
    """What every suggested thing's edge has."""

    cursor: str = plain("Opaque place of this edge, for after or before.")
    score: float = value("Its score, 0 to 1.", "edge.score")
    reasons: list[SuggestionPart] = value("Why it is suggested, strongest first.", "edge.reasons")
    followed_by: Connection[User] = many(
        "UNWIND $edge.named AS id MATCH (that:User {id: id}) "
        "WHERE EXISTS { (that)-[:FOLLOWS]->(this) } AND $visible AND $page",
        "Up to three of those whom the viewer follows and who follow it, by handle.",
        order=ascending("that.handle", "string"),
        cost=3,
    )


@open_to(ANYONE)
@strawberry.type(description="Somebody whom the viewer may want to follow.")
class SuggestedPersonEdge(_Suggested):
    node: User = plain("The person.")


@open_to(ANYONE)
@strawberry.type(description="A topic that the viewer may want to follow.")
class SuggestedTopicEdge(_Suggested):
    node: Topic = plain("The topic.")


@open_to(ANYONE)
@strawberry.type(description="A brand that the viewer may want to follow.")
class SuggestedBrandEdge(_Suggested):
    node: Brand = plain("The brand.")


@open_to(ANYONE)
@strawberry.type
class _Suggestions(Page):
    """What every list of suggestions has: it stays as it was made, for all its pages."""

    recommendation_id: strawberry.ID | None = value("Id of the list, for feedback to cite.")


@open_to(ANYONE)
@strawberry.type(description="One page of people whom the viewer may want to follow.")
class SuggestedPersonConnection(_Suggestions):
    edges: list[SuggestedPersonEdge] = plain("The people with the reasons.")
    nodes: list[User] = plain("The people alone.")


@open_to(ANYONE)
@strawberry.type(description="One page of topics that the viewer may want to follow.")
class SuggestedTopicConnection(_Suggestions):
    edges: list[SuggestedTopicEdge] = plain("The topics with the reasons.")
    nodes: list[Topic] = plain("The topics alone.")


@open_to(ANYONE)
@strawberry.type(description="One page of brands that the viewer may want to follow.")
class SuggestedBrandConnection(_Suggestions):
    edges: list[SuggestedBrandEdge] = plain("The brands with the reasons.")
    nodes: list[Brand] = plain("The brands alone.")


_Interests = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="Ids of categories of interest beside those they named, at most 20."),
]


def _read_suggestions(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    interests: _Interests = None,
) -> Any:
    return root[info.path.key]


def _suggesting(kind: Kind, description: str) -> Any:
    return ranked(suggested(kind), kind.label, description, cost=kind.cost, reader=_read_suggestions)


def people_to_follow() -> Any:
    """The field that suggests people, to whoever asks."""
    return _suggesting(PEOPLE, "People to follow; for nobody signed in, by interests and what is popular.")


def recommended_topics() -> Any:
    """The field that suggests topics, to whoever asks."""
    return _suggesting(TOPICS, "Topics to follow; for nobody signed in, by interests and what is popular.")


def recommended_brands() -> Any:
    """The field that suggests brands, to whoever asks."""
    return _suggesting(BRANDS, "Brands to follow; for nobody signed in, by interests and what is popular.")
