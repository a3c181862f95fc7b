"""What the audiences of several people share: counted where nobody has too many followers, else from those drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from graph.audience import Size, drawn_from, is_sampled
from graph.database import Database
from graph.rules.audience import AudienceLaw, Estimate, Stratum, overlap
from graph.statements import beside

STATEMENTS = beside(__file__)
_COUNTED = STATEMENTS["overlap_counted"]
_SAMPLED = STATEMENTS["overlap_sampled"]

FEWEST, MOST = 2, 50
"""How many audiences are compared."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody's audience among others: how many, and how many of them follow nobody else of those compared;
    `drawn_at` (RFC 3339), when those were drawn who stand for them, if they do."""

    creator: Size
    followers: int
    exclusive: Estimate
    drawn_at: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What two audiences share, as a part of each and of both together."""

    first: str
    second: str
    shared: Estimate
    of_first: Estimate
    of_second: Estimate
    jaccard: float


@dataclass(frozen=True, slots=True)
class AudienceOverlap:
    """What several audiences share."""

    exact: bool
    total: int
    unique: Estimate
    creators: Sequence[Reach]
    pairs: Sequence[Pair]


async def audience_overlap(database: Database, law: AudienceLaw, creators: Mapping[str, Size]) -> AudienceOverlap:
    """What the audiences of these people share. Raises Conflict where nobody was drawn yet of too many.

    All are counted where nobody has too many followers. Otherwise each is known by those drawn, if any were.
    """
    ids, everybody = list(creators), list(creators.values())
    exact = all(one.followers <= law.exact for one in everybody)
    strata = await _counted(database, ids) if exact else await _sampled(database, law, everybody)
    found, people = overlap(strata), [one.size for one in strata]
    return AudienceOverlap(
        exact,
        found.total,
        found.unique,
        [
            Reach(one, size, alone, None if exact else one.drawn_at)
            for one, size, alone in zip(everybody, people, found.exclusive, strict=True)
        ],
        [
            _pair(ids[one], ids[other], people[one], people[other], found.shared[one, other])
            for one, other in combinations(range(len(ids)), 2)
        ],
    )


async def _counted(database: Database, ids: Sequence[str]) -> list[Stratum]:
    patterns = {frozenset(row["pattern"]): row["people"] for row in await database.rows(_COUNTED, ids=ids)}
    each = [{which: people for which, people in patterns.items() if one in which} for one in range(len(ids))]
    return [Stratum(sum(one.values()), one) for one in each]


async def _sampled(database: Database, law: AudienceLaw, creators: Sequence[Size]) -> list[Stratum]:
    ids, drawn = [one.id for one in creators], [one.id for one in creators if is_sampled(law, one) or one.drawn]
    numbers = {one: number for number, one in enumerate(ids)}
    patterns: list[dict[frozenset[int], int]] = [{} for _ in ids]
    for row in await database.rows(_SAMPLED, ids=ids, sampled=drawn):
        patterns[numbers[row["id"]]][frozenset(numbers[one] for one in row["pattern"])] = row["people"]
    read = [sum(one.values()) for one in patterns]
    return [
        Stratum(drawn_from(creator, some) if creator.drawn else some, pattern)
        for creator, some, pattern in zip(creators, read, patterns, strict=True)
    ]


def _pair(first: str, second: str, of_first: int, of_second: int, shared: Estimate) -> Pair:
    both = of_first + of_second - shared.value
    return Pair(
        first,
        second,
        shared,
        shared.over(max(1, of_first)),
        shared.over(max(1, of_second)),
        shared.value / both if both else 0.0,
    )
