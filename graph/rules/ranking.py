"""How candidates from several traversals become one list: the score, and what keeps the list varied.

    score = (sum over sources of weight x strength) x freshness x fatigue x quality

Each source's strengths are brought to [0, 1] among the candidates of the request, so that weights compare sources and
not their units; but for `trending`, so that old heat is not taken for new. `similar`, `taste` and `followed` share one
scale by construction and are brought there together.
Then the list is drawn greedily: each time the best candidate, its score lowered for every earlier one of the same
maker and category (the greedy form of maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998, with sameness
of maker and category as similarity). Every so many places one is left to something new (exploration).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np


class Source(StrEnum):
    """Which traversal brought a candidate."""

    SIMILAR = "similar"  # things like what the viewer took up
    TASTE = "taste"  # near the viewer in the space of tastes
    FOLLOWED = "followed"  # taken up or posted by people they follow
    NOTED = "noted"  # shown by notes they like or keep; notes about what they bought
    BRAND = "brand"  # of a brand they follow
    TOPIC = "topic"  # under a topic they follow
    INTEREST = "interest"  # in a category they care for
    NEIGHBOURS = "neighbours"  # taken up by people of like taste
    CONTENT = "content"  # near in meaning to what they say of themselves or care for
    TRENDING = "trending"  # popular now
    FRESH = "fresh"  # new, and seen by few


# Strengths that mean the same in every request: what is cold everywhere adds little.
_TOPS = {Source.TRENDING: 1.0}
_TINY = 1e-100  # strengths up to it are none
_DRAWN = -math.inf  # the lowered score of what is drawn already
_ONE_SCALE = (Source.SIMILAR, Source.TASTE, Source.FOLLOWED)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each source counts, and the laws of the rest; the defaults are those of the service."""

    similar: float = 1.0
    taste: float = 1.0
    followed: float = 1.0
    noted: float = 0.35
    brand: float = 0.15
    topic: float = 0.15
    interest: float = 0.1
    neighbours: float = 0.25
    content: float = 0.15
    trending: float = 0.1
    fresh: float = 0.05
    half_life_days: float = 21.0  # of a note's freshness; products do not age
    stale_floor: float = 0.35  # what is left of an old note's score
    fatigue: float = 0.85  # for each time it was shown and not taken up
    fatigue_floor: float = 0.2
    same_maker: float = 0.8  # for each earlier one of the same author or brand
    same_category: float = 0.97
    unvetted: float = 0.7  # of a brand that did not pass vetting
    sponsored: float = 0.85  # a note that was paid for
    explore_every: int = 10  # one place in so many is for something new; 0: none

    def of(self, source: Source) -> float:
        """The weight of a source."""
        weight: float = getattr(self, source.value)
        return weight


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be shown: what brought it, and what its score depends on."""

    id: str
    sources: Mapping[Source, float]
    maker_id: str = ""
    category_id: str = ""
    published_at: datetime | None = None
    """When it came out, for what ages; None does not."""
    shown: int = 0
    rating: float | None = None
    """Mean of its reviews, 1 to 5, drawn towards the middle while they are few."""
    vetted: bool = True
    sponsored: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score before variety, what each source adds to it, and whether its place was for the new.

    `learned` is the score that a learned order gave it instead, above 0; None without one.
    """

    candidate: Candidate
    score: float
    parts: Mapping[Source, float]
    explored: bool = False
    learned: float | None = None

    @property
    def standing(self) -> float:
        """What its place follows from."""
        return self.score if self.learned is None else self.learned


@dataclass(frozen=True, slots=True)
class _Scales:
    """What a unit of each source's strength adds to a score, of those that add anything, and what all are lifted by."""

    units: Mapping[Source, float]
    lift: float


def blend(candidates: Sequence[Candidate], weights: Weights, *, now: datetime) -> list[Scored]:
    """Every candidate with its score, best first; ties by id, so that equal requests give equal lists."""
    scales = _scales(candidates, weights)
    scored = [_score(one, scales, weights, now) for one in candidates]
    return sorted(scored, key=lambda one: (-one.score, one.candidate.id))


def arrange(scored: Sequence[Scored], weights: Weights, *, size: int) -> list[Scored]:
    """The first `size` of a list drawn for variety from candidates in the order of their scores."""
    lowered = np.array([one.standing for one in scored], np.float64)
    makers = np.unique([one.candidate.maker_id for one in scored], return_inverse=True)[1]
    categories = np.unique([one.candidate.category_id for one in scored], return_inverse=True)[1]
    new = [at for at, one in enumerate(scored) if Source.FRESH in one.candidate.sources]
    drawn: list[Scored] = []
    while len(drawn) < min(size, len(scored)):
        explores = bool(weights.explore_every) and len(drawn) % weights.explore_every == weights.explore_every - 1
        at = next((one for one in new if lowered[one] != _DRAWN), None) if explores else None
        explored = at is not None
        at = int(lowered.argmax()) if at is None else at
        lowered[at] = _DRAWN
        if scored[at].candidate.maker_id:
            lowered[makers == makers[at]] *= weights.same_maker
        lowered[categories == categories[at]] *= weights.same_category
        drawn.append(replace(scored[at], explored=explored))
    return drawn


def reordered(scored: Sequence[Scored], scores: Sequence[float]) -> list[Scored]:
    """The candidates by the scores of a learned order, of which only differences mean anything; ties as they were."""
    top = max(scores, default=0.0)
    learned = [replace(one, learned=math.exp(score - top)) for one, score in zip(scored, scores, strict=True)]
    return sorted(learned, key=lambda one: -one.standing)


def _scales(candidates: Sequence[Candidate], weights: Weights) -> _Scales:
    """The scales among these candidates."""
    tops = dict(_TOPS)
    for one in candidates:
        for source, strength in one.sources.items():
            if strength > tops.get(source, _TINY):
                tops[source] = strength
    units = {source: weights.of(source) / top for source, top in tops.items() if source not in _ONE_SCALE}
    shared = [sum(one.sources.get(source, 0.0) for source in _ONE_SCALE) for one in candidates]
    lowest = min(*shared, 0.0) if shared else 0.0
    width = max(shared) - lowest if shared else 0.0
    if width <= _TINY:
        return _Scales(units, 0.0)
    # Strengths of the shared scale may be negative: all are lifted alike, so that lowering never raises.
    return _Scales(units | {source: weights.of(source) / width for source in _ONE_SCALE}, -lowest / width)


def _score(one: Candidate, scales: _Scales, weights: Weights, now: datetime) -> Scored:
    factor = _freshness(one, weights, now) * _fatigue(one, weights) * _quality(one, weights)
    units = scales.units
    parts = {source: units[source] * strength * factor for source, strength in one.sources.items() if source in units}
    return Scored(one, sum(parts.values()) + scales.lift * factor, parts)


def _freshness(one: Candidate, weights: Weights, now: datetime) -> float:
    if one.published_at is None:
        return 1.0
    age_days = max((now - one.published_at).total_seconds(), 0.0) / 86_400
    fresh: float = 0.5 ** (age_days / weights.half_life_days)
    return weights.stale_floor + (1.0 - weights.stale_floor) * fresh


def _fatigue(one: Candidate, weights: Weights) -> float:
    return max(weights.fatigue**one.shown, weights.fatigue_floor)


def _quality(one: Candidate, weights: Weights) -> float:
    quality = 1.0 if one.rating is None else 0.7 + 0.1 * (one.rating - 1.0)
    if not one.vetted:
        quality *= weights.unvetted
    return quality * weights.sponsored if one.sponsored else quality
