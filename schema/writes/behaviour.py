"""Mutations of what people look at and hide, and of whether it is kept."""

from __future__ import annotations

import re
from enum import Enum

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import ANYONE, MEMBERS, members
from graph.rules.behaviour import Kind, Skip
from resolvers import behaviour
from schema.inputs import id_of, known, several, spelt, whole
from schema.mapped import open_to, plain
from schema.mutating import Payload, mutation
from schema.scalars import DateTime
from schema.writes.accounts import ViewerPayload

_EVENT = NODE_BY_LABEL["BehaviourEvent"]
_CLIENT_ID = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}", re.ASCII
)
_SURFACE = re.compile(rf"[a-z][a-z0-9_]{{0,{_EVENT.longest('surface') - 1}}}", re.ASCII)
_HIDDEN = ("Note", "Product", "Topic", "User")


@strawberry.enum(description="What somebody did.")
class FeedbackKind(Enum):
    IMPRESSION = strawberry.enum_value(Kind.IMPRESSION.value, description="A note or product stood before them.")
    VIEW = strawberry.enum_value(Kind.VIEW.value, description="They opened a note or product page.")
    CLICK = strawberry.enum_value(Kind.CLICK.value, description="They chose a note or product from a list.")
    CART_ADD = strawberry.enum_value(Kind.CART_ADD.value, description="They laid a product into the cart.")
    HIDE = strawberry.enum_value(
        Kind.HIDE.value, description="They want to see no more of a note, product, topic or person, as by `hide`."
    )
    LIKE = strawberry.enum_value(Kind.LIKE.value, description="What led to their liking a note; likeNote likes it.")
    COLLECT = strawberry.enum_value(
        Kind.COLLECT.value, description="What led to their keeping a note; collectNote keeps it."
    )
    FOLLOW = strawberry.enum_value(
        Kind.FOLLOW.value, description="What led to their following a person, brand or topic; followUser … follows."
    )
    PURCHASE = strawberry.enum_value(
        Kind.PURCHASE.value, description="What led to their buying a product; payOrder buys."
    )


@strawberry.enum(description="Why an event was not taken; sending it again changes nothing until that has changed.")
class SkipCode(Enum):
    NOT_FOUND = strawberry.enum_value(Skip.NOT_FOUND.value, description="No such thing, or none that they may see.")
    NO_CONSENT = strawberry.enum_value(
        Skip.NO_CONSENT.value, description="They do not let their behaviour be kept; HIDE alone is taken."
    )
    TOO_OLD = strawberry.enum_value(Skip.TOO_OLD.value, description="It happened more than 30 days ago.")
    IN_FUTURE = strawberry.enum_value(Skip.IN_FUTURE.value, description="It happens more than 5 minutes from now.")
    LIMIT_EXCEEDED = strawberry.enum_value(Skip.LIMIT_EXCEEDED.value, description="They have hidden too much.")


@strawberry.input(description="One thing that the viewer did.")
class FeedbackInput:
    id: str = spelt(
        "The client's own id of the event, a UUID or ULID: however often it is sent, it counts once.",
        _CLIENT_ID,
        "a UUID or ULID, such as 01890a5d-ac96-774b-bcce-b302099a8057",
    )
    kind: FeedbackKind = known("What they did.")
    subject_id: strawberry.ID = id_of("Note", "Product", "Topic", "User", "Brand", description="What they did it to.")
    at: DateTime = known("When they did it, by the client's clock.")
    dwell_ms: int | None = whole(
        "How long they stayed, in milliseconds; of a VIEW.", least=0, most=86_400_000, default=None
    )
    recommendation_id: strawberry.ID | None = id_of(
        "Recommendation", description="The recommendation that it came from.", default=None
    )
    position: int | None = whole("Its place in the list, from 0.", least=0, most=10_000, default=None)
    surface: str | None = spelt(
        "Which list or page of the client it happened on, in a word such as home_feed.",
        _SURFACE,
        f"up to {_EVENT.longest('surface')} letters a-z, digits and _, beginning with a letter",
        default=None,
    )


@strawberry.input(description="What the viewer did.")
class RecordFeedbackInput:
    events: list[FeedbackInput] = several("1 to 100 events, in any order.", most=100)


@strawberry.input(description="Whether the viewer's behaviour may be kept.")
class SetBehaviourConsentInput:
    given: bool = known("Whether it may; false also forgets what was kept.")


@strawberry.input(description="Something to hide.")
class HideInput:
    subject_id: strawberry.ID = id_of(*_HIDDEN, description="The note, product, topic or person.")


@open_to(ANYONE)
@strawberry.type(description="An event that was not taken.")
class SkippedFeedback:
    index: int = strawberry.field(description="Its place among the events, from 0.")
    code: SkipCode = strawberry.field(description="Why.")


@strawberry.type(description="What became of the events.")
class RecordFeedbackPayload(Payload):
    accepted: int | None = plain("How many were new and count.")
    duplicates: int | None = plain("How many had counted before, or stood in the list twice.")
    skipped: list[SkippedFeedback] | None = plain("Those that were not taken.")


@strawberry.type
class BehaviourMutations:
    """Mutations of behaviour."""

    record_feedback: RecordFeedbackPayload | None = mutation(
        behaviour.record_feedback,
        RecordFeedbackInput,
        "Tells what the viewer looked at and did. Events count once each, whatever their order and batches.",
        access=MEMBERS,
    )
    set_behaviour_consent: ViewerPayload | None = mutation(
        behaviour.set_behaviour_consent,
        SetBehaviourConsentInput,
        "Lets the viewer's behaviour be kept and used, or no more.",
        access=MEMBERS,
    )
    hide: ViewerPayload | None = mutation(
        behaviour.hide,
        HideInput,
        "Keeps a note, a product, a topic or a person out of what is recommended.",
        access=members("whoever may see it"),
    )
    unhide: ViewerPayload | None = mutation(
        behaviour.unhide, HideInput, "Lets what was hidden be recommended again.", access=MEMBERS
    )
