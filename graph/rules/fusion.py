"""One ranking from several: reciprocal rank fusion, and what else counts beside how well a text matches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts. A boost is a factor: the score is multiplied by one more than it."""

    k: float = 20.0
    """How slowly what a list's next place is worth falls."""
    text: float = 1.0
    vector: float = 0.5
    exact: float = 0.5
    popularity: float = 0.1
    freshness: float = 0.05
    half_life_days: float = 90.0
    followed: float = 0.3
    near: float = 0.1
    muted: float = -0.8


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one candidate beside its places.

    `exact`: it is named just as the query; `popularity`: a count such as of likes; `age_days`: None where age says
    nothing; `distance`: 1 for whom the viewer follows, 2 for whom those follow, None for everybody else.
    """

    exact: bool = False
    popularity: int = 0
    age_days: float | None = None
    distance: int | None = None
    muted: bool = False


def fused(lists: Iterable[tuple[float, Sequence[str]]], k: float) -> dict[str, float]:
    """The sum of weight / (k + place) over the lists that hold each id, place 1 first.

    Source: Cormack, Clarke, Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009, where k is 60 and all weights are 1.
    """
    scores: dict[str, float] = {}
    for weight, ids in lists:
        for place, one in enumerate(ids, 1):
            scores[one] = scores.get(one, 0.0) + weight / (k + place)
    return scores


def boost(signals: Signals, weights: Weights) -> float:
    """The factor that the signals give, above 0; popularity counts by its logarithm, up to a million."""
    gained = weights.exact * signals.exact
    gained += weights.popularity * min(math.log10(1 + signals.popularity) / 6, 1.0)
    if signals.age_days is not None:
        gained += weights.freshness * 0.5 ** (max(signals.age_days, 0.0) / weights.half_life_days)
    gained += {1: weights.followed, 2: weights.near}.get(signals.distance or 0, 0.0)
    return (1 + gained) * (1 + weights.muted if signals.muted else 1.0)


def ranked(scores: Mapping[str, float], signals: Mapping[str, Signals], weights: Weights) -> list[tuple[str, float]]:
    """(id, score) from the best on; equal scores by id, so that the order is total."""
    found = [(one, score * boost(signals[one], weights)) for one, score in scores.items()]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
