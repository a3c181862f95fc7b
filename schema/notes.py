"""Notes, their comments, and the collections that people keep them in."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules import visibility
from graph.rules.access import ANYONE
from resolvers.notes import excerpt
from schema.cascades import Cascade, cascade
from schema.mapped import computed, count, for_viewer, many, one, open_to, plain, prop, visible_when
from schema.media import Media, shown_media
from schema.people import Language, PersonEdge, User
from schema.relay import Connection, Node, Page
from schema.scalars import DateTime
from schema.topics import Category, Topic

if TYPE_CHECKING:
    from schema.catalogue import Product


@strawberry.enum(description="Main medium of a note.")
class NoteKind(Enum):
    TEXT = strawberry.enum_value("text", description="Words alone.")
    IMAGE = strawberry.enum_value("image", description="Pictures with words.")
    VIDEO = strawberry.enum_value("video", description="A video with words.")


@strawberry.enum(description="Where a note is in its life.")
class NoteState(Enum):
    DRAFT = strawberry.enum_value("draft", description="Begun, and seen by its author alone.")
    PUBLISHED = strawberry.enum_value("published", description="Out, for its audience.")
    HIDDEN = strawberry.enum_value("hidden", description="Taken out of sight by moderation, but for its author.")


@strawberry.enum(description="Who may read a note while it is published.")
class NoteAudience(Enum):
    EVERYONE = strawberry.enum_value("everyone", description="Whoever its author does not block.")
    FOLLOWERS = strawberry.enum_value("followers", description="Its author's followers.")


@open_to(ANYONE)
@strawberry.type(description="A product as a note shows it.")
class FeatureEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: Annotated[Product, strawberry.lazy("schema.catalogue")] = plain("The product.")
    position: int = prop("Its place in the note, from 0.", "edge.position")
    sponsored: bool = prop("Whether the brand paid for it, as disclosed.", "edge.sponsored")


@open_to(ANYONE)
@strawberry.type(description="One page of the products that a note shows.")
class FeatureConnection(Page):
    edges: list[FeatureEdge] = plain("The products with their cursors.")
    nodes: list[Annotated[Product, strawberry.lazy("schema.catalogue")]] = plain("The products alone.")


@open_to(ANYONE)
@strawberry.type(description="One page of the people who like something.")
class LikeConnection(Page):
    edges: list[PersonEdge] = plain("The people with their cursors.")
    nodes: list[User] = plain("The people alone.")


@visible_when(visibility.NOTE_REVISION)
@open_to(ANYONE)
@strawberry.type(description="What a note said before an edit; its author alone sees it.")
class NoteRevision(Node):
    number: int = prop("1 for the first version, and so on.")
    title: str = prop("Headline then.")
    text: str = prop("Body then.")
    topics: list[str] = prop("Names of its topics then.", "coalesce(this.topics, [])")
    product_ids: list[strawberry.ID] = prop(
        "Ids of the products it showed then, in its order.", "coalesce(this.productIds, [])"
    )
    media_ids: list[strawberry.ID] = prop(
        "Ids of the pictures and videos it showed then, in its order.", "coalesce(this.mediaIds, [])"
    )
    replaced_at: DateTime = prop("When the next version took its place.")


@visible_when(visibility.NOTE)
@open_to(ANYONE)
@strawberry.type(description="What a person posts: text, pictures or a video, with the products it is about.")
class Note(Node):
    kind: NoteKind = prop("Its main medium.")
    title: str = prop("Headline.")
    text: str = prop("Body.")
    excerpt: str = computed(excerpt, "Start of the body, cut between sentences or words.", text="this.text")
    language: Language = prop("Main language of the text.")
    state: NoteState = prop("Where it is in its life.")
    audience: NoteAudience = prop("Who may read it while it is published.")
    created_at: DateTime = prop("When it was begun.")
    published_at: DateTime | None = prop("When it was first published.")
    edited_at: DateTime | None = prop("When it was last changed after that; null when it never was.")
    like_count: int = count("(this)<-[:LIKES]-()", "How many people like it.")
    collect_count: int = count("(this)<-[:COLLECTED]-()", "How many people keep it.")
    comment_count: int = count("(this)<-[:ON]-()", "How many comments and replies are shown under it.")
    viewer_likes: bool = for_viewer("(viewer)-[:LIKES]->(this)", "Whether the viewer likes it.")
    viewer_collected: bool = for_viewer("(viewer)-[:COLLECTED]->(this)", "Whether the viewer keeps it.")
    author: User = one("(this)<-[:POSTED|DRAFTED]-(that:User)", "Who posted it.", visible=False)
    cascade: Cascade | None = cascade(
        "Who posted it, who liked or commented on it, and who has it from whom", id="this.id", author="this.authorId"
    )
    category: Category = one("(this)-[:IN_CATEGORY]->(that:Category)", "Its category.")
    topics: Connection[Topic] = many(
        "MATCH (this)-[:TAGGED|DRAFT_TAGGED]->(that:Topic)",
        "Its hashtags, by name.",
        order=ascending("that.name", "string"),
    )
    products: FeatureConnection = many(
        "MATCH (this)-[edge:FEATURES|DRAFT_FEATURES]->(that:Product)",
        "Products it shows, in the note's order.",
        order=ascending("edge.position", "integer"),
    )
    media: Connection[Media] = shown_media("Its pictures and videos, in the note's order.")
    comments: Connection[Comment] = many(
        "MATCH (that:Comment) WHERE that.noteId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
        "Comments and replies, newest first.",
        order=descending("that.createdAt", "datetime", by="that.noteId"),
        total="COUNT { (this)<-[:ON]-() }",
    )
    likers: LikeConnection = many(
        "MATCH ()<-[edge:LIKES]-(that:User) WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Who likes it, latest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:LIKES]-() }",
    )
    related: Connection[Note] = many(
        "MATCH (this)-[edge:SIMILAR]->(that:Note) WHERE edge.score > 0 AND $visible AND $page",
        "Notes like it, most alike first (`job similarity`).",
        order=ascending("edge.rank", "integer"),
        cost=100,
    )
    revisions: Connection[NoteRevision] = many(
        "MATCH (this)-[:HAS_REVISION]->(that:NoteRevision)",
        "What it said before its edits, latest first; empty for all but its author.",
        order=descending("that.number", "integer"),
    )


@visible_when(visibility.COMMENT)
@open_to(ANYONE)
@strawberry.type(description="A comment on a note, or a reply to one.")
class Comment(Node):
    text: str = prop("Body.")
    created_at: DateTime = prop("When it was written.")
    like_count: int = count("(this)<-[:LIKES]-()", "How many people like it.")
    viewer_likes: bool = for_viewer("(viewer)-[:LIKES]->(this)", "Whether the viewer likes it.")
    author: User = one("(this)<-[:WROTE]-(that:User)", "Who wrote it.", visible=False)
    note: Note | None = one("(this)-[:ON]->(that:Note)", "The note it stands under.")
    reply_to: Comment | None = one("(this)-[:REPLIES_TO]->(that:Comment)", "The comment it answers.")
    replies: Connection[Comment] = many(
        "MATCH (this)<-[:REPLIES_TO]-(that:Comment)",
        "Its answers, oldest first.",
        order=ascending("that.createdAt", "datetime"),
        total="COUNT { (this)<-[:REPLIES_TO]-(:Comment {state: 'published'}) }",
    )


@visible_when(visibility.COLLECTION)
@open_to(ANYONE)
@strawberry.type(description="A named board of notes that a person keeps.")
class Collection(Node):
    name: str = prop("Its name.")
    private: bool = prop("Whether only its owner sees it.")
    created_at: DateTime = prop("When it was made.")
    owner: User = one("(this)<-[:OWNS]-(that:User)", "Whose it is.", visible=False)
    note_count: int = count("(this)-[:CONTAINS]->()", "How many notes it holds.")
    notes: Connection[Note] = many(
        "MATCH (this)-[edge:CONTAINS]->(that:Note)",
        "Notes in it, latest added first.",
        order=descending("edge.at", "datetime"),
        total="COUNT { (this)-[:CONTAINS]->() }",
    )
