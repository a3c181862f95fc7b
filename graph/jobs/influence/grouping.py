"""Communities: people who follow and take up each other more than others, with names from what they write about."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import scipy.sparse as sp

from graph.database import Database
from graph.ids import new_id
from graph.jobs.influence.reading import Community, Longs
from graph.rules.audience import lift
from graph.statements import beside

STATEMENTS = beside(__file__)
_TOPICS = STATEMENTS["topics_of_people"]
_BEFORE = STATEMENTS["communities_before"]
_WRITE = STATEMENTS["write_communities"]
_WRITE_MEMBERS = STATEMENTS["write_members"]
_FORGET_MEMBERS = STATEMENTS["forget_members"]
_FORGET = STATEMENTS["forget_communities"]

_NAMED_AFTER, _BATCH = 3, 500

Members = Sequence[Longs]
"""The people of each community, by number."""


async def group(database: Database, community: Community, votes: sp.csr_matrix, *, least: int, now: datetime) -> None:
    """Finds the communities of `least` people or more, and writes them over those before."""
    found = await asyncio.to_thread(communities, votes, least)
    before = {row["id"]: row["people"] for row in await database.rows(_BEFORE)}
    ids = kept_ids([[community.ids[one] for one in people.tolist()] for people in found], before)
    topics = await _topics(database, community, found)
    for start in range(0, len(found), _BATCH):
        part = slice(start, start + _BATCH)
        rows = [_row(*one) for one in zip(ids[part], found[part], topics[part], strict=True)]
        await database.rows(_WRITE, communities=rows, now=now)
    members = list(_members(community, found, ids))
    for start in range(0, len(members), _BATCH):
        await database.rows(_WRITE_MEMBERS, members=members[start : start + _BATCH], now=now)
    await database.batches(_FORGET_MEMBERS, now=now)
    await database.batches(_FORGET, now=now)


def communities(votes: sp.csr_matrix, least: int) -> list[Longs]:
    """The people of each community of `least` or more, largest first, by modularity of votes either way.

    The same votes give the same communities.
    """
    from graph.jobs.louvain import louvain  # the service imports this module, and the job alone needs a compiler

    of = louvain(votes + votes.T)
    parts = np.split(np.argsort(of, kind="stable"), np.flatnonzero(np.diff(np.sort(of))) + 1)
    return sorted((one for one in parts if len(one) >= least), key=lambda one: (-len(one), int(one[0])))


def kept_ids(found: Sequence[Sequence[str]], before: Mapping[str, Sequence[str]]) -> list[str]:
    """An id for each community: that of the one before with which it shares most people, whom no other shares more."""
    was = {person: community for community, people in before.items() for person in people}
    shared = [
        (count, number, community)
        for number, people in enumerate(found)
        for community, count in Counter(was[one] for one in people if one in was).items()
    ]
    numbers: dict[str, int] = {}
    kept: dict[int, str] = {}
    for _, number, community in sorted(shared, key=lambda one: (-one[0], one[1], one[2])):
        if number not in kept and numbers.setdefault(community, number) == number:
            kept[number] = community
    return [kept.get(number) or new_id("Community") for number in range(len(found))]


def telling(inside: Mapping[str, int], overall: Mapping[str, int], writers: int, everybody: int) -> list[str]:
    """The topics that tell a community from everybody, at most three: of the writers in it, and of all there are, so
    many wrote about each."""
    lifts = {topic: lift(people / writers, overall[topic] / everybody) for topic, people in inside.items()}
    best = sorted((topic for topic, value in lifts.items() if value > 0), key=lambda one: (-lifts[one], one))
    return best[:_NAMED_AFTER]


async def _topics(database: Database, community: Community, found: Members) -> list[list[str]]:
    """The topics that tell each of the communities from everybody."""
    of = {community.ids[one]: number for number, people in enumerate(found) for one in people.tolist()}
    overall: Counter[str] = Counter()
    writers: Counter[int] = Counter()
    inside: defaultdict[int, Counter[str]] = defaultdict(Counter)
    everybody = 0
    async for row in database.stream(_TOPICS):
        everybody += 1
        overall.update(row["topics"])
        if (number := of.get(row["id"])) is not None:
            writers[number] += 1
            inside[number].update(row["topics"])
    return [telling(inside[number], overall, writers[number], everybody) for number in range(len(found))]


def _row(community_id: str, people: Longs, topics: Sequence[str]) -> dict[str, Any]:
    name = " · ".join(topics) if topics else None
    return {"id": community_id, "name": name, "topics": topics, "people": len(people)}


def _members(community: Community, found: Members, ids: Sequence[str]) -> Iterable[dict[str, Any]]:
    """Everybody in a community, with how many in it follow them, most first."""
    follows = community.follows
    for community_id, people in zip(ids, found, strict=True):
        followers = np.asarray(follows[people][:, people].sum(axis=1)).ravel().astype(np.int64)
        for rank, place in enumerate(np.argsort(-followers, kind="stable").tolist()):
            yield {
                "id": community.ids[people[place]],
                "to": community_id,
                "rank": rank,
                "followers": int(followers[place]),
            }
