"""What was measured, written back to the graph: the present, a week of history, and what was is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from graph.database import Database
from graph.jobs.influence.measuring import Listened, Measured
from graph.jobs.influence.reading import Community
from graph.rules.influence import InfluenceLaw, influence, kind_of, reasons
from graph.statements import beside

STATEMENTS = beside(__file__)
_WRITE = STATEMENTS["write_influences"]
_WRITE_SNAPSHOTS = STATEMENTS["write_influence_snapshots"]
_WRITE_BRAND = STATEMENTS["write_brand_influencers"]
_FORGET = STATEMENTS["forget_influences"]
_FORGET_SNAPSHOTS = STATEMENTS["forget_influence_snapshots"]
_FORGET_BRANDS = STATEMENTS["forget_brand_influencers"]
_EARLIER = STATEMENTS["earlier_influence"]

ALL = "all"
"""The scope that is no category."""
HISTORY = timedelta(weeks=53)
BACK, RECENT = timedelta(days=35), timedelta(days=7)
_BATCH = 500

Row = dict[str, Any]
Earlier = Mapping[str, tuple[float, int]]
"""Score and followers of people at an earlier time."""


async def earlier(database: Database, *, now: datetime) -> Earlier:
    """Score and followers of each person five weeks ago, or as soon after as there is something, a week ago at last."""
    found: dict[str, tuple[float, int]] = {}
    async for row in database.stream(_EARLIER, since=now - BACK, until=now - RECENT):
        found.setdefault(row["user_id"], (row["score"], row["followers"]))
    return found


def rows(community: Community, law: InfluenceLaw, scope: str, measured: Iterable[Measured]) -> list[Row]:
    """What is kept of each of the people measured in a scope."""
    return [_row(community.ids[one.person], law, scope, one) for one in measured]


def growths(rows: Iterable[Row], before: Earlier) -> dict[str, Row]:
    """What each person, measured in all, gained since then in score and followers, of those who were there."""
    found = {}
    for row in rows:
        if (then := before.get(row["userId"])) is not None:
            found[row["userId"]] = {"growth": row["score"] - then[0], "followerGrowth": row["followers"] - then[1]}
    return found


async def write(database: Database, rows: Sequence[Row], *, now: datetime) -> None:
    """Writes the present."""
    for start in range(0, len(rows), _BATCH):
        await database.rows(_WRITE, rows=rows[start : start + _BATCH], now=now)


async def write_week(database: Database, rows: Sequence[Row], *, now: datetime) -> None:
    """Writes the week of history that `now` is in, of people measured in all."""
    year, week, _ = now.isocalendar()
    names = ("userId", "score", "followers", "network", "orders", "engagement")
    kept = [
        {"id": _id("influencesnapshot", row["userId"], f"{year} {week}"), **{name: row[name] for name in names}}
        for row in rows
    ]
    for start in range(0, len(kept), _BATCH):
        await database.rows(_WRITE_SNAPSHOTS, rows=kept[start : start + _BATCH], now=now)


async def write_brand(
    database: Database, community: Community, brand_id: str, best: Sequence[Listened], *, now: datetime
) -> None:
    """Draws whom the audience of a brand listens to."""
    people = [
        {"id": community.ids[one.person], "closeness": one.closeness, "rank": rank} for rank, one in enumerate(best)
    ]
    await database.rows(_WRITE_BRAND, brand_id=brand_id, people=people, now=now)


async def forget(database: Database, *, now: datetime) -> None:
    """Takes away what runs before `now` wrote and this one did not, and history that is too old."""
    await database.batches(_FORGET, now=now)
    await database.batches(_FORGET_BRANDS, now=now)
    await database.batches(_FORGET_SNAPSHOTS, before=now - HISTORY)


def _row(user_id: str, law: InfluenceLaw, scope: str, one: Measured) -> Row:
    signals, found, band = one.signals, influence(one.signals), law.band(one.followers)
    why = reasons(signals, band)
    return {
        "id": _id("influence", user_id, scope),
        "userId": user_id,
        "scope": scope,
        "score": found.score,
        "band": band.value,
        "kind": kind_of(why, band).value,
        "reasons": [reason.value for reason in why],
        "followers": one.followers,
        "audience": signals.audience,
        "secondReach": round(signals.second),
        "secondReachError": one.second_error,
        "notes": signals.notes,
        "engagement": signals.engagement,
        "expectedEngagement": signals.expected,
        "resonance": found.resonance_ratio,
        "network": signals.rank,
        "orders": signals.orders,
        "authenticity": found.authenticity,
        "hollowFollowers": signals.evidence.hollow,
        "burstFollowers": signals.evidence.burst,
        "reachPart": found.reach,
        "resonancePart": found.resonance,
        "networkPart": found.network,
        "pullPart": found.pull,
    }


def _id(prefix: str, user_id: str, of: str) -> str:
    """One and the same id for the same person and scope or week."""
    return f"{prefix}_{blake2b(f'{user_id} {of}'.encode(), digest_size=16).hexdigest()}"
