"""Profiles, and whom and what people follow, block or mute."""

from __future__ import annotations

from typing import Any

import strawberry

from graph import people
from graph.database import Transaction
from graph.errors import Invalid
from graph.people import Profile
from graph.rules import credentials as rules
from resolvers.act import Act, Values, unit


@unit
async def update_profile(act: Act, tx: Transaction, given: Any) -> Values:
    """The person with what changed."""
    profile = _profile(given)
    await people.update_profile(tx, user_id=act.viewer_id, profile=profile, now=act.now)
    return {"user": act.viewer_id}


def _profile(given: Any) -> Profile:
    values = {name: value for name, value in vars(given).items() if value is not strawberry.UNSET}
    clear = {name for name, value in values.items() if value is None}
    for name in clear - {"bio", "region"}:
        raise Invalid(f"{name} cannot be empty; leave it out to keep it", field=(name,))
    kept = {name: value for name, value in values.items() if value is not None}
    if "handle" in kept:
        kept["handle"] = rules.handle(kept["handle"])
    if "language" in kept:
        kept["language"] = kept["language"].value
    return Profile(**kept, clear=clear)


@unit
async def set_interests(act: Act, tx: Transaction, given: Any) -> Values:
    """The viewer with exactly these interests."""
    await people.set_interests(tx, user_id=act.viewer_id, category_ids=given.category_ids, now=act.now)
    return {"viewer": act.viewer_id}


@unit
async def follow_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The person followed."""
    await people.follow_user(tx, user_id=act.viewer_id, followed_id=given.user_id, now=act.now)
    return {"user": given.user_id}


@unit
async def unfollow_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The person followed no more."""
    await people.unfollow_user(tx, user_id=act.viewer_id, followed_id=given.user_id, now=act.now)
    return {"user": given.user_id}


@unit
async def accept_follower(act: Act, tx: Transaction, given: Any) -> Values:
    """The new follower."""
    await people.accept_follower(tx, user_id=act.viewer_id, follower_id=given.user_id, now=act.now)
    return {"user": given.user_id}


@unit
async def remove_follower(act: Act, tx: Transaction, given: Any) -> Values:
    """The person who follows no more."""
    await people.remove_follower(tx, user_id=act.viewer_id, follower_id=given.user_id, now=act.now)
    return {"user": given.user_id}


@unit
async def block_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the person blocked, whom the viewer sees no more."""
    await people.block_user(tx, user_id=act.viewer_id, blocked_id=given.user_id, now=act.now)
    return {"blocked_user_id": given.user_id}


@unit
async def unblock_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The person, seen again."""
    await people.unblock_user(tx, user_id=act.viewer_id, blocked_id=given.user_id)
    return {"user": given.user_id}


@unit
async def mute_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The person muted."""
    await people.mute_user(tx, user_id=act.viewer_id, muted_id=given.user_id, now=act.now)
    return {"user": given.user_id}


@unit
async def unmute_user(act: Act, tx: Transaction, given: Any) -> Values:
    """The person muted no more."""
    await people.unmute_user(tx, user_id=act.viewer_id, muted_id=given.user_id)
    return {"user": given.user_id}


@unit
async def follow_brand(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand followed."""
    await people.follow_brand(tx, user_id=act.viewer_id, brand_id=given.brand_id, now=act.now)
    return {"brand": given.brand_id}


@unit
async def unfollow_brand(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand followed no more."""
    await people.unfollow_brand(tx, user_id=act.viewer_id, brand_id=given.brand_id)
    return {"brand": given.brand_id}


@unit
async def follow_topic(act: Act, tx: Transaction, given: Any) -> Values:
    """The topic followed."""
    await people.follow_topic(tx, user_id=act.viewer_id, topic_id=given.topic_id, now=act.now)
    return {"topic": given.topic_id}


@unit
async def unfollow_topic(act: Act, tx: Transaction, given: Any) -> Values:
    """The topic followed no more."""
    await people.unfollow_topic(tx, user_id=act.viewer_id, topic_id=given.topic_id)
    return {"topic": given.topic_id}
