"""What the viewer was told that happened."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.rules import visibility
from graph.rules.access import Access
from schema.catalogue import Review
from schema.mapped import one, open_to, prop, visible_when
from schema.notes import Comment, Note
from schema.people import User
from schema.relay import Node
from schema.scalars import DateTime


@strawberry.enum(description="What happened.")
class NotificationKind(Enum):
    FOLLOWED = strawberry.enum_value("followed", description="Somebody follows the viewer.")
    NOTE_LIKED = strawberry.enum_value("note_liked", description="Somebody likes a note of the viewer.")
    NOTE_COLLECTED = strawberry.enum_value("note_collected", description="Somebody keeps a note of the viewer.")
    NOTE_COMMENTED = strawberry.enum_value("note_commented", description="Somebody commented on the viewer's note.")
    NOTE_PURCHASED = strawberry.enum_value("note_purchased", description="A note of the viewer led to a purchase.")
    COMMENT_REPLIED = strawberry.enum_value("comment_replied", description="Somebody answered the viewer's comment.")
    COMMENT_LIKED = strawberry.enum_value("comment_liked", description="Somebody likes a comment of the viewer.")
    MENTIONED = strawberry.enum_value("mentioned", description="A note or comment names the viewer.")
    REVIEW_RECEIVED = strawberry.enum_value(
        "review_received", description="A product of the viewer's brand was reviewed."
    )


@visible_when(visibility.NOTIFICATION)
@open_to(Access(None, "the recipient's own"))
@strawberry.type(description="What somebody is told that happened; only they see it.")
class Notification(Node):
    kind: NotificationKind = prop("What happened.")
    created_at: DateTime = prop("When it came.")
    read_at: DateTime | None = prop("When it was read; null while it is unread.")
    actor: User | None = one(
        "(this)-[:FROM]->(that:User)", "Who did it; null for a purchase, and for whom the viewer may not see."
    )
    note: Note | None = one("(this)-[:ABOUT]->(that:Note)", "The note it is about, if it is about one.")
    comment: Comment | None = one("(this)-[:ABOUT]->(that:Comment)", "The comment it is about, if it is about one.")
    review: Review | None = one("(this)-[:ABOUT]->(that:Review)", "The review it is about, if it is about one.")
