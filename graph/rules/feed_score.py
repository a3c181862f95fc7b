"""How the notes of the followed world are ranked: one score, and what keeps one author from filling the page.

    score = (affinity A + freshness F + heat H) / (A + F + H) x fatigue

- affinity, 0 to 1: a / (a + affinity_half), where a sums what the viewer lately did with the author's notes.
- freshness, 0 to 1: 2^(-age / freshness_half_life).
- heat, 0 to 1: p / (p + heat_half), where p people who act right now would give the note its heat.
- fatigue, 0 to 1: `shown` for each time that the note was shown, less the longer ago (half for each
  fatigue_half_life); `seen` when it was opened, liked or kept.

Then notes are drawn greedily, an author's next note weighing `same_author` of what the one before it does.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class FeedWeights:
    """What each part of the score counts, and its laws; the defaults are those of the service."""

    affinity: float = 0.35
    freshness: float = 0.45
    heat: float = 0.2
    affinity_half: float = 3.0
    freshness_half_life_h: float = 36.0
    heat_half: float = 20.0
    shown: float = 0.8
    seen: float = 0.4
    fatigue_half_life_h: float = 72.0
    same_author: float = 0.75


_SHARES = ("shown", "seen", "same_author")
_POSITIVE = ("affinity_half", "freshness_half_life_h", "heat_half", "fatigue_half_life_h")


def feed_weights(changed: Mapping[str, float]) -> FeedWeights:
    """The service's weights with these changed, by name. Raises ValueError, naming the one that is not accepted."""
    known = [one.name for one in fields(FeedWeights)]
    for name, given in changed.items():
        if name not in known:
            raise ValueError(f"{name}: weights are {', '.join(known)}")
        least, most = 1e-3 if name in _POSITIVE else 0.0, 1.0 if name in _SHARES else 1e4
        if not least <= given <= most:
            raise ValueError(f"{name} is from {least:g} to {most:g}")
    return replace(FeedWeights(), **changed)


@dataclass(frozen=True, slots=True)
class FeedNote:
    """A note that could be shown, and what its score depends on.

    `affinity` is what the viewer did with its author's notes, weighed and aged; `people` is its heat as people acting
    now. `shown` counts how often the viewer saw it in a list, the last time at `shown_at`; `seen` is whether they
    opened, liked or kept it. What they did not let be kept counts as never.
    """

    id: str
    author_id: str
    published_at: datetime
    affinity: float = 0.0
    people: float = 0.0
    shown: int = 0
    shown_at: datetime | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class FeedScore:
    """A note's score, 0 to 1, and the parts that it is made of, each 0 to 1."""

    note: FeedNote
    score: float
    affinity: float
    freshness: float
    heat: float
    fatigue: float


def score(note: FeedNote, weights: FeedWeights, *, now: datetime) -> FeedScore:
    """The score of one note as of `now` (aware)."""
    affinity = _saturated(note.affinity, weights.affinity_half)
    freshness = _halved(now - note.published_at, weights.freshness_half_life_h)
    heat = _saturated(note.people, weights.heat_half)
    fatigue = _fatigue(note, weights, now)
    total = weights.affinity + weights.freshness + weights.heat
    mean = (weights.affinity * affinity + weights.freshness * freshness + weights.heat * heat) / total if total else 0.0
    return FeedScore(note, min(mean, 1.0) * fatigue, affinity, freshness, heat, fatigue)


def ranked(notes: Sequence[FeedNote], weights: FeedWeights, *, now: datetime, size: int) -> list[FeedScore]:
    """The first `size` notes, drawn for score and variety of authors; ties by id, newest first.

    A lowered score only falls while notes are drawn, so the best of a heap is the best of all once it was brought up
    to date.
    """
    scored = [score(note, weights, now=now) for note in notes]
    scored.sort(key=lambda one: one.note.id, reverse=True)
    drawn: list[FeedScore] = []
    authors: Counter[str] = Counter()
    waiting = [(-one.score, at, 0) for at, one in enumerate(scored)]
    heapq.heapify(waiting)
    while waiting and len(drawn) < size:
        _, at, counted = heapq.heappop(waiting)
        one = scored[at]
        before = authors[one.note.author_id]
        if counted < before:
            heapq.heappush(waiting, (-one.score * weights.same_author**before, at, before))
            continue
        authors[one.note.author_id] += 1
        drawn.append(one)
    return drawn


def _saturated(amount: float, half: float) -> float:
    return amount / (amount + half) if amount > 0 else 0.0


def _halved(age: timedelta, half_life_h: float) -> float:
    hours = max(age.total_seconds(), 0.0) / 3_600
    return float(2.0 ** -(hours / half_life_h))


def _fatigue(note: FeedNote, weights: FeedWeights, now: datetime) -> float:
    times = 0.0
    if note.shown and note.shown_at is not None:
        times = note.shown * _halved(now - note.shown_at, weights.fatigue_half_life_h)
    return float(weights.shown**times) * (weights.seen if note.seen else 1.0)
