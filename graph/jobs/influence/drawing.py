"""Followers who stand for all of those of somebody who has many."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from heapq import nsmallest

import numpy as np

from graph.database import Database
from graph.jobs.influence.reading import Community
from graph.rules.audience import AudienceLaw
from graph.statements import beside

STATEMENTS = beside(__file__)
_DRAW = STATEMENTS["draw_followers"]
_FORGET = STATEMENTS["forget_draws"]


async def draw(database: Database, community: Community, law: AudienceLaw, *, now: datetime) -> None:
    """Draws a sample of everybody's followers who has more of them than one holds, in place of the one before."""
    followers = np.diff(community.follows.indptr)
    for person in np.flatnonzero(followers > law.sample).tolist():
        start, end = community.follows.indptr[person : person + 2]
        ids = [community.ids[one] for one in community.follows.indices[start:end].tolist()]
        creator = community.ids[person]
        await database.rows(_DRAW, id=creator, ids=drawn(creator, ids, law.sample), of=len(ids), now=now)
    await database.batches(_FORGET, now=now)


def drawn(creator_id: str, follower_ids: list[str], sample: int) -> list[str]:
    """So many of the followers, by chance: those of least fingerprint.

    The same ones again while they follow, so that what is told does not waver between two runs, and for each creator
    others, so that samples of two of them are independent (bottom-k sampling; Cohen and Kaplan, PODC 2007).
    """
    return nsmallest(
        sample, follower_ids, key=lambda one: blake2b(f"{creator_id} {one}".encode(), digest_size=8).digest()
    )
