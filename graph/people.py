"""People: profiles, whom and what they follow, whom they block or mute."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import neo4j

from graph import embeddings, outbox
from graph.acts import Act, announce
from graph.database import Database, Transaction
from graph.errors import Conflict, Invalid, LimitExceeded, NotFound, Taken, may_act
from graph.statements import beside

STATEMENTS = beside(__file__)
_UPDATE_PROFILE = STATEMENTS["update_profile"]
_CLOSE_NOTES = STATEMENTS["close_notes"]
_SETTLE_FOLLOW_REQUESTS = STATEMENTS["settle_follow_requests"]
_SET_INTERESTS = STATEMENTS["set_interests"]
_FOLLOW_USER = STATEMENTS["follow_user"]
_UNFOLLOW_USER = STATEMENTS["unfollow_user"]
_ACCEPT_FOLLOWER = STATEMENTS["accept_follower"]
_REMOVE_FOLLOWER = STATEMENTS["remove_follower"]
_BLOCK_USER = STATEMENTS["block_user"]
_UNBLOCK_USER = STATEMENTS["unblock_user"]
_MUTE_USER = STATEMENTS["mute_user"]
_UNMUTE_USER = STATEMENTS["unmute_user"]
_FOLLOW_BRAND = STATEMENTS["follow_brand"]
_UNFOLLOW_BRAND = STATEMENTS["unfollow_brand"]
_FOLLOW_TOPIC = STATEMENTS["follow_topic"]
_UNFOLLOW_TOPIC = STATEMENTS["unfollow_topic"]

OPENED = "account_opened"
MAX_FOLLOWED = 5_000
_NO_PERSON = "no person that you may see has this id"
_NO_BRAND = "no brand has this id"
_NO_TOPIC = "no topic has this id"


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a profile changes; None leaves a value as it is, a name in `clear` empties it."""

    display_name: str | None = None
    handle: str | None = None
    bio: str | None = None
    region: str | None = None
    language: str | None = None
    private: bool | None = None
    traits: Sequence[str] | None = None
    clear: Collection[str] = ()


async def update_profile(tx: Transaction, *, user_id: str, profile: Profile, now: datetime) -> None:
    """Changes the profile; becoming private leaves the notes that are out to followers, opening lets all who asked.

    Raises Conflict for a handle that is taken, NotFound for somebody who may not act.
    """
    try:
        row = await tx.row(
            _UPDATE_PROFILE, user_id=user_id, display_name=profile.display_name, handle=profile.handle,
            bio=profile.bio, region=profile.region, language=profile.language, private=profile.private,
            traits=None if profile.traits is None else list(profile.traits), clear=list(profile.clear),
        )  # fmt: skip
    except Taken:
        raise Conflict("this handle is taken", field=("handle",)) from None
    may_act(row)
    await embeddings.changed(tx, node_id=user_id, now=now)
    if profile.private:
        await tx.row(_CLOSE_NOTES, user_id=user_id)
    elif profile.private is False:
        await outbox.emit(tx, kind=OPENED, key=user_id, data={"userId": user_id}, now=now)


async def settle_follow_requests(database: Database, *, user_id: str, now: datetime) -> int:
    """Makes followers of those who wait for an account that is open now; how many."""
    return await database.batches(_SETTLE_FOLLOW_REQUESTS, batch=500, user_id=user_id, now=now)


async def set_interests(tx: Transaction, *, user_id: str, category_ids: Sequence[str], now: datetime) -> None:
    """The person cares for exactly these categories. Raises Invalid when one of them is not there."""
    row = may_act(await tx.row(_SET_INTERESTS, user_id=user_id, category_ids=list(category_ids), now=now))
    if row["found"] != len(category_ids):
        raise Invalid("categoryIds names a category that is not there", field=("category_ids",))


async def follow_user(tx: Transaction, *, user_id: str, followed_id: str, now: datetime) -> None:
    """Follows the person, or asks to where their account is private. Raises LimitExceeded for too many."""
    if user_id == followed_id:
        raise Invalid("nobody follows themselves", field=("user_id",))
    row = await tx.row(_FOLLOW_USER, user_id=user_id, followed_id=followed_id, most=MAX_FOLLOWED, now=now)
    if _followed(row, _NO_PERSON, "user_id")["draws"]:
        await announce(tx, act=Act.FOLLOWED, actor_id=user_id, subject_id=followed_id, now=now)


def _followed(row: neo4j.Record | None, absent: str, field: str) -> neo4j.Record:
    drawn = may_act(row)
    if not drawn["visible"]:
        raise NotFound(absent, field=(field,))
    if drawn["full"]:
        raise LimitExceeded(f"nobody follows more than {MAX_FOLLOWED:,}", field=(field,))
    return drawn


def _undone(row: neo4j.Record | None) -> None:
    """Returns when something was undone, or there was nothing to undo towards somebody who may be seen."""
    if not may_act(row)["undone"] and not may_act(row)["visible"]:
        raise NotFound(_NO_PERSON, field=("user_id",))


async def unfollow_user(tx: Transaction, *, user_id: str, followed_id: str, now: datetime) -> None:
    """Follows the person no more, or takes back the question to."""
    _undone(await tx.row(_UNFOLLOW_USER, user_id=user_id, followed_id=followed_id, now=now))


async def accept_follower(tx: Transaction, *, user_id: str, follower_id: str, now: datetime) -> None:
    """Lets somebody who asked follow."""
    if not may_act(await tx.row(_ACCEPT_FOLLOWER, user_id=user_id, follower_id=follower_id, now=now))["asked"]:
        raise NotFound("nobody with this id asked to follow you", field=("user_id",))
    await announce(tx, act=Act.FOLLOWED, actor_id=follower_id, subject_id=user_id, now=now)


async def remove_follower(tx: Transaction, *, user_id: str, follower_id: str, now: datetime) -> None:
    """Lets somebody follow no more, or declines their question to."""
    _undone(await tx.row(_REMOVE_FOLLOWER, user_id=user_id, follower_id=follower_id, now=now))


async def block_user(tx: Transaction, *, user_id: str, blocked_id: str, now: datetime) -> None:
    """Hides the two from each other; neither follows the other any more."""
    if user_id == blocked_id:
        raise Invalid("nobody blocks themselves", field=("user_id",))
    if not may_act(await tx.row(_BLOCK_USER, user_id=user_id, blocked_id=blocked_id, now=now))["visible"]:
        raise NotFound(_NO_PERSON, field=("user_id",))


async def unblock_user(tx: Transaction, *, user_id: str, blocked_id: str) -> None:
    """Lets the two see each other again."""
    _undone(await tx.row(_UNBLOCK_USER, user_id=user_id, blocked_id=blocked_id))


async def mute_user(tx: Transaction, *, user_id: str, muted_id: str, now: datetime) -> None:
    """Keeps their notes out of the feed."""
    if user_id == muted_id:
        raise Invalid("nobody mutes themselves", field=("user_id",))
    if not may_act(await tx.row(_MUTE_USER, user_id=user_id, muted_id=muted_id, now=now))["visible"]:
        raise NotFound(_NO_PERSON, field=("user_id",))


async def unmute_user(tx: Transaction, *, user_id: str, muted_id: str) -> None:
    """Lets their notes into the feed again."""
    _undone(await tx.row(_UNMUTE_USER, user_id=user_id, muted_id=muted_id))


async def follow_brand(tx: Transaction, *, user_id: str, brand_id: str, now: datetime) -> None:
    """Follows the brand. Raises LimitExceeded for too many."""
    row = await tx.row(_FOLLOW_BRAND, user_id=user_id, brand_id=brand_id, most=MAX_FOLLOWED, now=now)
    _followed(row, _NO_BRAND, "brand_id")


async def unfollow_brand(tx: Transaction, *, user_id: str, brand_id: str) -> None:
    """Follows the brand no more."""
    if not may_act(await tx.row(_UNFOLLOW_BRAND, user_id=user_id, brand_id=brand_id))["visible"]:
        raise NotFound(_NO_BRAND, field=("brand_id",))


async def follow_topic(tx: Transaction, *, user_id: str, topic_id: str, now: datetime) -> None:
    """Follows the topic. Raises LimitExceeded for too many."""
    row = await tx.row(_FOLLOW_TOPIC, user_id=user_id, topic_id=topic_id, most=MAX_FOLLOWED, now=now)
    _followed(row, _NO_TOPIC, "topic_id")


async def unfollow_topic(tx: Transaction, *, user_id: str, topic_id: str) -> None:
    """Follows the topic no more."""
    if not may_act(await tx.row(_UNFOLLOW_TOPIC, user_id=user_id, topic_id=topic_id))["visible"]:
        raise NotFound(_NO_TOPIC, field=("topic_id",))
