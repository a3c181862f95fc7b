"""How whom and what to follow is scored: each source adds its part, and none can drown the others.

    score = quality x (sum over sources of weight x strength / (strength + half)) / (sum of the weights)

so a score lies in [0, 1), grows with each strength, and compares between requests. Strengths are sums of 1 / log(2 + d)
through friends who follow d (L. A. Adamic and E. Adar, "Friends and neighbors on the Web", Social Networks 25, 2003),
scores of SIMILAR, or numbers of acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """What brings a suggestion; the number beside it counts friends, acts, notes or products."""

    FOLLOWED_BY = "followed_by"
    FOLLOWS_YOU = "follows_you"
    SIMILAR = "similar"
    LIKED = "liked"
    BOUGHT = "bought"
    VIEWED = "viewed"
    POSTED = "posted"
    INTEREST = "interest"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True)
class Part:
    """What one reason adds: its strength, of how many, some of them by id, and its part of the score (`suggest`)."""

    reason: Reason
    strength: float
    number: int
    named: Sequence[str] = ()
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be suggested; `quality`, 0 to 1, is what its own standing leaves of its score."""

    id: str
    parts: Sequence[Part]
    quality: float = 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that is suggested, with its score and what made it, most first."""

    id: str
    score: float
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Law:
    """The weight of a reason, and the strength at which it has half of it."""

    weight: float
    half: float


PEOPLE: Mapping[Reason, Law] = MappingProxyType(
    {
        Reason.FOLLOWED_BY: Law(1.0, 1.0),
        Reason.LIKED: Law(1.0, 3.0),
        Reason.FOLLOWS_YOU: Law(1.0, 1.0),
        Reason.SIMILAR: Law(0.6, 0.3),
        Reason.INTEREST: Law(0.2, 1.0),
        Reason.TRENDING: Law(0.1, 1.0),
    }
)
TOPICS: Mapping[Reason, Law] = MappingProxyType(
    {
        Reason.LIKED: Law(1.0, 3.0),
        Reason.POSTED: Law(0.8, 1.0),
        Reason.FOLLOWED_BY: Law(0.6, 1.0),
        Reason.INTEREST: Law(0.3, 3.0),
        Reason.TRENDING: Law(0.1, 1.0),
    }
)
BRANDS: Mapping[Reason, Law] = MappingProxyType(
    {
        Reason.BOUGHT: Law(1.0, 1.0),
        Reason.LIKED: Law(0.7, 3.0),
        Reason.FOLLOWED_BY: Law(0.6, 1.0),
        Reason.VIEWED: Law(0.3, 3.0),
        Reason.INTEREST: Law(0.2, 3.0),
        Reason.TRENDING: Law(0.1, 3.0),
    }
)


def suggest(candidates: Sequence[Candidate], laws: Mapping[Reason, Law], *, size: int) -> list[Suggestion]:
    """The best `size` candidates; ties by id, so that equal requests give equal lists."""
    scored = [_scored(one, laws) for one in candidates]
    return sorted((one for one in scored if one.score > 0), key=lambda one: (-one.score, one.id))[:size]


def _scored(candidate: Candidate, laws: Mapping[Reason, Law]) -> Suggestion:
    total = sum(law.weight for law in laws.values())
    parts = [
        replace(one, share=candidate.quality * laws[one.reason].weight * _part(one, laws[one.reason]) / total)
        for one in candidate.parts
    ]
    parts.sort(key=lambda part: (-part.share, part.reason))
    return Suggestion(candidate.id, sum(part.share for part in parts), parts)


def _part(part: Part, law: Law) -> float:
    return part.strength / (part.strength + law.half) if part.strength > 0 else 0.0
