"""The person signed in, and what is theirs alone."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.projection.mapping import ascending, descending
from graph.rules.access import Access
from schema.brands import BrandInvitationConnection
from schema.catalogue import Product
from schema.feed import FeedConnection, home_feed
from schema.following import (
    SuggestedBrandConnection,
    SuggestedPersonConnection,
    SuggestedTopicConnection,
    people_to_follow,
    recommended_brands,
    recommended_topics,
)
from schema.mapped import computed, count, embed, many, open_to, prop
from schema.notes import Note
from schema.notifications import Notification
from schema.orders import Order
from schema.people import FollowConnection, User
from schema.personal_tokens import PersonalToken
from schema.recommendations import (
    RecommendedNoteConnection,
    RecommendedProductConnection,
    recommended_notes,
    recommended_products,
)
from schema.relay import Connection
from schema.saved_queries import CannedQuery, SavedQuery, canned_queries
from schema.topics import Category, Topic

_NEWEST_EDGE = descending("edge.at", "datetime")
_ROLES = """CASE WHEN EXISTS { (this)-[:STAFF_OF]->() } THEN ['brand_staff'] ELSE [] END
  + coalesce(head(COLLECT { MATCH (this)-[:HAS_ACCOUNT]->(via:Account) RETURN via.roles }), [])"""


@strawberry.enum(name="Role", description="What a person may be.")
class RoleName(Enum):
    MEMBER = strawberry.enum_value("member", description="Everybody who is signed in.")
    CREATOR = strawberry.enum_value("creator", description="Somebody who lives by what they post.")
    BRAND_STAFF = strawberry.enum_value("brand_staff", description="Somebody who works for a brand.")
    ANALYST = strawberry.enum_value("analyst", description="Explores influence for brands.")
    DATA_SCIENTIST = strawberry.enum_value("data_scientist", description="Asks the graph in Cypher, read-only.")
    MODERATOR = strawberry.enum_value("moderator", description="Decides what stays.")
    ADMIN = strawberry.enum_value("admin", description="Runs the service.")


async def _email(root: Any, info: strawberry.Info) -> str | None:
    sealed: str | None = root.needs["email"]
    return None if sealed is None else info.context.services.sealer.open(sealed)


async def _roles(root: Any) -> list[RoleName]:
    held = {"member", *root.needs["roles"]}
    return [role for role in RoleName if role.value in held]


@open_to(Access(None, "the viewer's own"))
@strawberry.type(description="The person signed in, with what only they see.")
class Viewer:
    user: User = embed("Who they are to others.")
    email: str | None = computed(
        _email,
        "The address they sign in with.",
        email="head(COLLECT { MATCH (this)-[:HAS_ACCOUNT]->(via:Account) RETURN via.email })",
    )
    roles: list[RoleName] = computed(_roles, "What they may be.", roles=_ROLES)
    personal_tokens: Connection[PersonalToken] = many(
        "MATCH (this)-[:HAS_ACCOUNT]->(:Account)-[:HAS_PERSONAL_TOKEN]->(that:PersonalToken)",
        "Tokens by which programs ask the console in their name, newest first.",
        order=descending("that.createdAt", "datetime"),
    )
    saved_queries: Connection[SavedQuery] = many(
        "MATCH (this)-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(that:SavedQuery)",
        "Queries that they saved for the console, latest changed first.",
        order=descending("that.updatedAt", "datetime"),
    )
    shared_queries: Connection[SavedQuery] = many(
        "MATCH (this)-[:HAS_ACCOUNT]->(:Account)-[edge:OPENED_QUERY]->(that:SavedQuery)",
        "Others' queries whose links they opened, latest opened first.",
        order=descending("edge.at", "datetime"),
    )
    canned_queries: list[CannedQuery] = canned_queries()
    feed: FeedConnection = home_feed()
    interests: Connection[Category] = many(
        "MATCH (this)-[:INTERESTED_IN]->(that:Category)",
        "Categories they said they care for, in order of display.",
        order=ascending("that.position", "integer"),
    )
    notifications: Connection[Notification] = many(
        "MATCH (that:Notification) "
        "WHERE that.recipientId = this.id AND that.createdAt IS NOT NULL AND $visible AND $page",
        "What they were told, newest first.",
        order=descending("that.createdAt", "datetime", by="that.recipientId"),
        total="COUNT { (this)-[:RECEIVED]->() }",
    )
    unread_notification_count: int = count(
        "MATCH (via:Notification) WHERE via.recipientId = this.id AND via.unreadSince IS NOT NULL "
        "RETURN via LIMIT 1000",
        "How many of them are unread, counted up to 1,000.",
        cost=20,
    )
    follow_requests: FollowConnection = many(
        "MATCH ()<-[edge:ASKED_TO_FOLLOW]-(that:User) "
        "WHERE edge.to = this.id AND edge.at IS NOT NULL AND $visible AND $page",
        "Who waits to be accepted as a follower, latest first.",
        order=descending("edge.at", "datetime", by="edge.to"),
        total="COUNT { (this)<-[:ASKED_TO_FOLLOW]-() }",
    )
    brand_invitations: BrandInvitationConnection = many(
        "MATCH (this)-[edge:INVITED_AS_STAFF]->(that:Brand)",
        "Brands that ask them to work for them, latest first.",
        order=descending("edge.at", "datetime"),
    )
    drafts: Connection[Note] = many(
        "MATCH (this)-[:DRAFTED]->(that:Note) WHERE that.state = 'draft' AND $visible AND $page",
        "Notes they have begun, latest first.",
        order=descending("that.createdAt", "datetime"),
    )
    collected_notes: Connection[Note] = many(
        "MATCH (this)-[edge:COLLECTED]->(that:Note)",
        "Notes they keep, in a collection or in none, latest kept first.",
        order=descending("edge.at", "datetime"),
        total="COUNT { (this)-[:COLLECTED]->() }",
        cost=50,
    )
    behaviour_consent: bool = prop(
        "Whether what they look at is kept and used; setBehaviourConsent changes it.",
        "this.behaviourConsentAt IS NOT NULL",
    )
    hidden_notes: Connection[Note] = many(
        "MATCH (this)-[edge:NOT_INTERESTED]->(that:Note)", "Notes they hid, latest first.", order=_NEWEST_EDGE
    )
    hidden_products: Connection[Product] = many(
        "MATCH (this)-[edge:NOT_INTERESTED]->(that:Product)", "Products they hid, latest first.", order=_NEWEST_EDGE
    )
    hidden_topics: Connection[Topic] = many(
        "MATCH (this)-[edge:NOT_INTERESTED]->(that:Topic)", "Topics they hid, latest first.", order=_NEWEST_EDGE
    )
    hidden_people: Connection[User] = many(
        "MATCH (this)-[edge:NOT_INTERESTED]->(that:User)",
        "People they hid, latest first; they follow them or not as before.",
        order=_NEWEST_EDGE,
    )
    orders: Connection[Order] = many(
        "MATCH (this)-[edge:PLACED]->(that:Order)",
        "Orders they placed, newest first.",
        order=descending("edge.at", "datetime"),
        total="COUNT { (this)-[:PLACED]->() }",
    )
    recommended_notes: RecommendedNoteConnection = recommended_notes()
    recommended_products: RecommendedProductConnection = recommended_products()
    people_to_follow: SuggestedPersonConnection = people_to_follow()
    recommended_topics: SuggestedTopicConnection = recommended_topics()
    recommended_brands: SuggestedBrandConnection = recommended_brands()
