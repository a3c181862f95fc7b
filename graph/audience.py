"""Audiences: who follows somebody, by region, interest and activity, how many may not be real, and who shares them.

Up to `AudienceLaw.exact` followers are read from the living graph. Whoever has more is followed by people whom
`job influence` drew by chance (STANDS_FOR): those are read, and what they tell of the whole has a standard error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

import neo4j

from graph.database import Database
from graph.errors import Conflict, NotFound
from graph.rules.audience import (
    AudienceLaw,
    Estimate,
    estimate,
    folded,
    lift,
)
from graph.rules.influence import BURST, BURST_SPAN, Evidence, authenticity
from graph.statements import beside

STATEMENTS = beside(__file__)
_READS = STATEMENTS["reads_audiences"]
_SIZES = STATEMENTS["audience_sizes"]
_FOLLOWERS = STATEMENTS["audience_followers"]
_DOUBTS = STATEMENTS["audience_doubts"]
_NAMES = STATEMENTS["audience_names"]
_PEOPLE = STATEMENTS["people_there_are"]
_LOOKALIKES = STATEMENTS["audience_lookalikes"]

MOST_BRANDS, MOST_LOOKALIKES = 20, 100
_ACTS, _CARING = 100, 3
_FEWEST = 2
_ACTIVITIES = {"engaged": "互动", "active": "活跃", "quiet": "沉默"}


@dataclass(frozen=True, slots=True)
class Group:
    """Followers who are alike: what they share (an id where it is a node), how many they are, as a part of all."""

    id: str | None
    name: str
    name_en: str | None
    followers: Estimate
    share: Estimate


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups, largest first, and how many followers are in none that is told of."""

    groups: Sequence[Group]
    other: Estimate


@dataclass(frozen=True, slots=True)
class Fakes:
    """Which part of the followers may not be real: as few as burst together, as many as are hollow, and between."""

    share: float
    low: float
    high: float
    evidence: Evidence
    at: str | None


@dataclass(frozen=True, slots=True)
class BrandAffinity:
    """A brand that more of the audience follows than of everybody; `times` as many, and `lift` by which they are
    ordered."""

    brand: Group
    times: float
    lift: float


@dataclass(frozen=True, slots=True)
class Audience:
    """Who follows somebody; `read` of `total` active followers were read, the drawn ones as of `drawn_at`
    (RFC 3339)."""

    total: int
    read: int
    drawn_at: str | None
    regions: Groups
    interests: Sequence[Group]
    activities: Groups
    fakes: Fakes | None
    brands: Sequence[BrandAffinity]


@dataclass(frozen=True, slots=True)
class Size:
    """How many follow somebody, and of how many how many were drawn when, if any were."""

    id: str
    handle: str
    name: str
    followers: int
    drawn: int
    drawn_from: int | None
    drawn_at: str | None


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Somebody whose audience is alike: how many followers they share with whom they are like, and its standard error;
    `score`, the cosine of both audiences, 0 to 1."""

    id: str
    score: float
    shared: float
    error: float


async def reads_audiences(database: Database, *, viewer_id: str) -> bool:
    """Whether the person may read of anybody's audience: who works for a brand, and analysts."""
    return await database.row(_READS, viewer_id=viewer_id) is not None


async def sizes(database: Database, *, viewer_id: str, ids: Sequence[str]) -> dict[str, Size]:
    """How many follow each of the people, in their order. Raises NotFound where one cannot be seen by the viewer."""
    found = {row["id"]: Size(**row.data()) for row in await database.rows(_SIZES, viewer_id=viewer_id, ids=list(ids))}
    if missing := [one for one in ids if one not in found]:
        raise NotFound(f"nobody has the id {missing[0]}")
    return {one: found[one] for one in ids}


async def audience(database: Database, law: AudienceLaw, size: Size, *, since: datetime) -> Audience:
    """Who follows somebody, and what they did since. Raises Conflict where nobody was drawn yet of too many."""
    sampled = is_sampled(law, size)
    rows = await database.rows(
        _FOLLOWERS, id=size.id, sampled=sampled, since=since, acts=_ACTS, caring=_CARING,
        burst_ms=int(BURST_SPAN.total_seconds()) * 1_000,
    )  # fmt: skip
    scale = _Scale(drawn_from(size, len(rows)) if sampled else len(rows), len(rows), law.least)
    interests = scale.many(one for row in rows for one in row["interests"])
    brands = scale.many(one for row in rows for one in row["brands"])
    names = await database.rows(_NAMES, categories=list(interests), brands=list(brands))
    categories = [_named(scale, row, interests[row["id"]]) for row in names if row["id"] in interests]
    return Audience(
        scale.size,
        scale.read,
        size.drawn_at if sampled else None,
        scale.groups(Counter(row["region"] for row in rows if row["region"])),
        sorted(categories, key=lambda one: (-one.share.value, one.name)),
        scale.groups(Counter(row["activity"] for row in rows), _ACTIVITIES),
        await _measured_fakes(database, size.id) if sampled else _fakes(_evidence(rows), None),
        _affinities(scale, brands, names, await _people(database)),
    )


async def lookalikes(database: Database, law: AudienceLaw, size: Size) -> list[Lookalike]:
    """The people whose audiences are most like somebody's, best first. Raises Conflict as `audience` does."""
    sampled = is_sampled(law, size)
    rows = await database.rows(_LOOKALIKES, id=size.id, sampled=sampled, least=law.least, most=MOST_LOOKALIKES)
    found = []
    for row in rows:
        people = drawn_from(size, row["read"]) if sampled else row["read"]
        shared = estimate(people, row["read"], row["shared"])
        score = min(1.0, shared.value / sqrt(people * row["followers"]))
        found.append(Lookalike(row["id"], score, shared.value, shared.error))
    return found


@dataclass(frozen=True, slots=True)
class _Scale:
    """What those read tell of all: so many of `size` were read; groups are of `least` of them at least."""

    size: int
    read: int
    least: int

    def group(self, name: str, people: int, *, id: str | None = None, name_en: str | None = None) -> Group:
        found = estimate(self.size, self.read, people)
        return Group(id, name, name_en, found, found.over(max(1, self.size)))

    def groups(self, people: Mapping[str, int], names: Mapping[str, str] | None = None) -> Groups:
        """The groups that parts make; those in no part are with the others."""
        told, other = folded(people, self.least, ungrouped=self.read - sum(people.values()))
        made = [
            self.group(name, some) if names is None else self.group(names[name], some, id=name, name_en=name)
            for name, some in told.items()
        ]
        return Groups(made, estimate(self.size, self.read, other))

    def many(self, of: Iterable[str]) -> dict[str, int]:
        """How many are in each group, of those that are large enough; one may be in several."""
        return {one: people for one, people in Counter(of).items() if people >= self.least}


def _named(scale: _Scale, row: neo4j.Record, people: int) -> Group:
    return scale.group(row["name"], people, id=row["id"], name_en=row["name_en"])


async def _people(database: Database) -> int:
    row = await database.row(_PEOPLE)
    return 0 if row is None else int(row["people"])


def _affinities(
    scale: _Scale, brands: Mapping[str, int], names: Sequence[neo4j.Record], people: int
) -> list[BrandAffinity]:
    found = []
    for row in names:
        if row["id"] in brands:
            group, usual = _named(scale, row, brands[row["id"]]), row["followers"] / people
            found.append(BrandAffinity(group, group.share.value / usual, lift(group.share.value, usual)))
    found.sort(key=lambda one: (-one.lift, one.brand.name))
    return [one for one in found if one.lift > 0][:MOST_BRANDS]


def _evidence(rows: Sequence[neo4j.Record]) -> Evidence:
    hollow = Counter(row["joined"] for row in rows if row["hollow"])
    return Evidence(len(rows), hollow.total(), sum(people for people in hollow.values() if people >= BURST))


async def _measured_fakes(database: Database, user_id: str) -> Fakes | None:
    row = await database.row(_DOUBTS, id=user_id)
    if row is None:
        return None
    return _fakes(Evidence(row["followers"], row["hollow"], row["burst"]), row["at"])


def _fakes(evidence: Evidence, at: str | None) -> Fakes:
    followers, hollow, burst = evidence.followers, evidence.hollow, evidence.burst
    return Fakes(
        1.0 - authenticity(evidence),
        1.0 - authenticity(Evidence(followers, burst, burst)),
        1.0 - authenticity(Evidence(followers, hollow, hollow)),
        evidence,
        at,
    )


def is_sampled(law: AudienceLaw, size: Size) -> bool:
    """Whether those drawn are to be read for all. Raises Conflict where nobody was."""
    if size.followers > law.exact and not size.drawn:
        raise _unknown(size)
    return size.followers > law.exact


def drawn_from(size: Size, read: int) -> int:
    """How many followers there are where `read` of those drawn still follow. Raises Conflict for too few to tell."""
    if read < _FEWEST:
        raise _unknown(size)
    return max(read, size.drawn_from or 0)


def _unknown(size: Size) -> Conflict:
    return Conflict(f"too few stand for the many followers of @{size.handle} yet: `job influence` draws them")
