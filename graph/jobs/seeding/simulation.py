"""What a hand-picked set of people would reach: cascades played forward, many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from graph.jobs.seeding.compiled import compiled
from graph.jobs.seeding.flow import Words, flow, pause
from graph.jobs.seeding.network import Floats, Ints, Lists

_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Simulated:
    """Mean reach over `cascades`, in weight, and its standard error."""

    mean: float
    error: float
    cascades: int


def simulate(
    lists: Lists,
    seeds: Sequence[int],
    *,
    weights: Floats | None = None,
    cascades: int = 10_000,
    seed: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> Simulated:
    """What `seeds` reach along `lists` (forward); `done` hears of cascades played, and what it raises ends the work.

    `weights` is what reaching each person counts; None: 1 each. The same `seed` gives the same result.
    """
    people = len(lists.each)
    chosen = np.unique(np.array(seeds, np.int32))
    counts = np.ones(people) if weights is None else weights
    marks, reached = np.full(people, -1, np.int32), np.empty(people, np.int32)
    chance = np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.uint64)
    total = squares = 0.0
    for begin in range(0, cascades, _AT_A_TIME):
        end = min(begin + _AT_A_TIME, cascades)
        some, some_squares = _play(lists, chosen, counts, begin, end, marks, reached, chance)
        total, squares = total + some, squares + some_squares
        done(end - begin)
    mean = total / cascades
    spread = max(squares - total * mean, 0.0) / max(cascades - 1, 1)
    return Simulated(mean, sqrt(spread / cascades), cascades)


@compiled
def _play(
    lists: Lists, seeds: Ints, weights: Floats, begin: int, end: int, marks: Ints, reached: Ints, chance: Words
) -> tuple[float, float]:
    """Sum and sum of squares of the reach of cascades `begin` to `end`."""
    total, squares = 0.0, 0.0
    left = pause(chance)
    for mark in range(begin, end):
        for place in range(len(seeds)):
            reached[place] = seeds[place]
            marks[seeds[place]] = mark
        tail, left = flow(lists, reached, 0, len(seeds), marks, mark, left, chance)
        found = 0.0
        for place in range(tail):
            found += weights[reached[place]]
        total += found
        squares += found * found
    return total, squares
