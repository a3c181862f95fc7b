"""People and whom they follow."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules import visibility
from graph.rules.access import ANYONE
from schema.audience import Audience, audience
from schema.mapped import count, for_viewer, many, one, open_to, plain, prop, visible_when
from schema.relay import Connection, Node, Page
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.brands import Brand
    from schema.catalogue import Review
    from schema.communities import Community
    from schema.influence import Influence
    from schema.notes import Collection, Note
    from schema.topics import Topic

_NEWEST_EDGE = descending("edge.at", "datetime")


@strawberry.enum(description="What sort of account a person has.")
class UserKind(Enum):
    MEMBER = strawberry.enum_value("member", description="Somebody of the community.")
    CREATOR = strawberry.enum_value("creator", description="Somebody who lives by what they post.")
    OFFICIAL = strawberry.enum_value("official", description="The voice of a brand.")


@strawberry.enum(description="Main language of a text.")
class Language(Enum):
    ZH = strawberry.enum_value("zh", description="Chinese.")
    EN = strawberry.enum_value("en", description="English.")


@visible_when(visibility.USER)
@open_to(ANYONE)
@strawberry.type(description="A person, or the official account of a brand.")
class User(Node):
    handle: str = prop("Unique name, lower case, as in @handle.")
    display_name: str = prop("The name shown.")
    bio: str | None = prop("What they say of themselves.")
    region: str | None = prop("Where they live, as they say.")
    language: Language = prop("The language they mostly write in.")
    kind: UserKind = prop("What sort of account it is.")
    traits: list[str] = prop("How they describe themselves, in a word or two each.", "coalesce(this.traits, [])")
    private: bool = prop("Whether only followers may read their notes.")
    created_at: DateTime = prop("When they joined.")
    follower_count: int = count("(this)<-[:FOLLOWS]-()", "How many follow them.")
    following_count: int = count("(this)-[:FOLLOWS]->()", "How many people, brands and topics they follow.")
    note_count: int = count("(this)-[:POSTED]->()", "How many notes they have published.")
    collected_count: int = count("(this)-[:COLLECTED]->()", "How many notes they keep.")
    viewer_follows: bool = for_viewer("(viewer)-[:FOLLOWS]->(this)", "Whether the viewer follows them.")
    viewer_asked_to_follow: bool = for_viewer(
        "(viewer)-[:ASKED_TO_FOLLOW]->(this)", "Whether the viewer waits to be accepted as a follower."
    )
    follows_viewer: bool = for_viewer("(viewer)<-[:FOLLOWS]-(this)", "Whether they follow the viewer.")
    viewer_mutes: bool = for_viewer("(viewer)-[:MUTES]->(this)", "Whether the viewer muted them.")
    notes: Connection[Annotated[Note, strawberry.lazy("schema.notes")]] = many(
        "MATCH (that:Note) WHERE that.authorId = this.id AND that.publishedAt IS NOT NULL AND $visible AND $page",
        "Their notes, newest first.",
        order=descending("that.publishedAt", "datetime", by="that.authorId"),
        total="COUNT { (this)-[:POSTED]->() }",
    )
    followers: FollowConnection = many(
        "MATCH ()<-[edge:FOLLOWS]-(that:User) WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Who follows them, latest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:FOLLOWS]-() }",
    )
    following: FollowConnection = many(
        "MATCH (this)-[edge:FOLLOWS]->(that:User)",
        "People they follow, latest first.",
        order=_NEWEST_EDGE,
        total="COUNT { (this)-[:FOLLOWS]->(:User) }",
    )
    followed_brands: Connection[Annotated[Brand, strawberry.lazy("schema.brands")]] = many(
        "MATCH (this)-[edge:FOLLOWS]->(that:Brand)", "Brands they follow, latest first.", order=_NEWEST_EDGE
    )
    followed_topics: Connection[Annotated[Topic, strawberry.lazy("schema.topics")]] = many(
        "MATCH (this)-[edge:FOLLOWS]->(that:Topic)", "Topics they follow, latest first.", order=_NEWEST_EDGE
    )
    liked_notes: Connection[Annotated[Note, strawberry.lazy("schema.notes")]] = many(
        "MATCH (this)-[edge:LIKES]->(that:Note)", "Notes they like, latest first.", order=_NEWEST_EDGE, cost=50
    )
    collections: Connection[Annotated[Collection, strawberry.lazy("schema.notes")]] = many(
        "MATCH (this)-[:OWNS]->(that:Collection)",
        "Their named collections of notes, by name.",
        order=ascending("that.name", "string"),
    )
    reviews: Connection[Annotated[Review, strawberry.lazy("schema.catalogue")]] = many(
        "MATCH (this)-[:WROTE]->(that:Review)",
        "Reviews they wrote, newest first.",
        order=descending("that.createdAt", "datetime"),
    )
    influence: Annotated[Influence, strawberry.lazy("schema.influence")] | None = one(
        "(this)-[:HAS_INFLUENCE]->(that:Influence {scope: 'all'})",
        "How much they move others; null for who may not know, and where nothing is measured. They themselves, brands' "
        "staff and analysts know.",
    )
    influence_by_category: Connection[Annotated[Influence, strawberry.lazy("schema.influence")]] = many(
        "MATCH (this)-[:HAS_INFLUENCE]->(that:Influence) WHERE that.scope <> 'all' AND $visible AND $page",
        "The same in each category that they posted in, highest score first.",
        order=descending("that.score", "float"),
    )
    audience: Audience | None = audience()
    community: Annotated[Community, strawberry.lazy("schema.communities")] | None = one(
        "(this)-[:MEMBER_OF]->(that:Community)",
        "The community that they are in; null for who may not know, and outside any. Brands' staff and analysts know.",
    )


@open_to(ANYONE)
@strawberry.type(description="One person in a list of people, and since when they stand there.")
class PersonEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: User = plain("The person.")
    at: DateTime = prop("Since when.", "edge.at")


@open_to(ANYONE)
@strawberry.type(description="One page of people who follow or are followed.")
class FollowConnection(Page):
    edges: list[PersonEdge] = plain("The people with their cursors.")
    nodes: list[User] = plain("The people alone.")
