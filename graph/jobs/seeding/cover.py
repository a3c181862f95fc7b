"""Greedy maximum cover: which people meet most sets, one after another, each adding most (or most for its price).

Nemhauser, Wolsey and Fisher 1978: with a number of people to choose, at least 1 - 1/e of the best cover. With prices
and a budget, the better of the greedy choice by gain and that by gain for the price covers at least half of that
(Khuller, Moss and Naor 1999; Leskovec et al., KDD 2007). How good a choice really is, `dual` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.jobs.seeding.compiled import compiled
from graph.jobs.seeding.network import Flags, Floats, Ints, Longs
from graph.jobs.seeding.sampling import Collection, Sets


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be chosen: `most` people at most, at `prices` (one a person, 0 or more) within `budget`, of `allowed`.

    `forced` are chosen in any case, first, and count for both. Without `prices` everybody costs 1.
    """

    most: int
    allowed: Flags
    prices: Floats | None = None
    budget: float = np.inf
    forced: tuple[int, ...] = ()

    @property
    def priced(self) -> bool:
        """Whether a budget limits the choice."""
        return self.prices is not None and bool(np.isfinite(self.budget))

    def price(self, chosen: Ints) -> float:
        """What they cost together; 0 without prices."""
        return 0.0 if self.prices is None else float(self.prices[chosen].sum())


class Index(NamedTuple):
    """Which sets a person is in: `sets[first[v]:first[v + 1]]`."""

    first: Longs
    sets: Ints


@dataclass(frozen=True, slots=True)
class Cover:
    """A choice: `seeds` in order, `covered` sets met, `times` each stored set is met (255 stands for more too).

    `gains`: for each person, how many sets more they would meet, of all that are met by nobody chosen.
    """

    seeds: Ints
    covered: int
    times: npt.NDArray[np.uint8]
    gains: Longs


def best_cover(collection: Collection, rules: Rules) -> Cover:
    """The best of the greedy choices."""
    sets = collection.sets
    index = Index(*_index(sets, len(collection.alone)))
    found = _chosen(collection, index, rules, by_price=False)
    if rules.priced:
        other = _chosen(collection, index, rules, by_price=True)
        found = max(found, other, key=lambda one: one.covered)
    return found


def _chosen(collection: Collection, index: Index, rules: Rules, *, by_price: bool) -> Cover:
    people = len(collection.alone)
    gains = collection.alone + np.diff(index.first)
    prices = np.zeros(people) if rules.prices is None else rules.prices
    keys = gains / np.maximum(prices, _FREE) if by_price else gains.astype(np.float64)
    keys[~rules.allowed] = -1.0
    times = np.zeros(len(collection.sets.ends), np.uint8)
    seeds = np.empty(min(rules.most, people), np.int32)
    forced = np.array(rules.forced, np.int32)
    count, covered = _greedy(
        collection.sets, index, gains, np.argsort(-keys, kind="stable"), keys, prices, rules.budget, by_price,
        forced, seeds, times,
    )  # fmt: skip
    return Cover(seeds[:count], int(covered), times, gains)


_FREE = 1e-9  # what is free is as good as cheap


@compiled
def _index(sets: Sets, people: int) -> tuple[Longs, Ints]:
    first = np.zeros(people + 1, np.int64)
    for member in sets.members:
        first[member + 1] += 1
    for person in range(people):
        first[person + 1] += first[person]
    next_of = first[:-1].copy()
    found = np.empty(len(sets.members), np.int32)
    start = 0
    for at in range(len(sets.ends)):
        for one in range(start, sets.ends[at]):
            member = sets.members[one]
            found[next_of[member]] = at
            next_of[member] += 1
        start = sets.ends[at]
    return first, found


@compiled
def _greedy(
    sets: Sets,
    index: Index,
    gains: Longs,
    order: Longs,
    keys: Floats,
    prices: Floats,
    budget: float,
    by_price: bool,
    forced: Ints,
    seeds: Ints,
    times: npt.NDArray[np.uint8],
) -> tuple[int, int]:
    """Fills `seeds`; how many they are, and how many sets they meet.

    `keys` are first gains or gains for the price; -1 may not be chosen. Nobody's key rises, so the best is found among
    those whose first key was no lower.
    """
    count, covered = 0, 0
    first_keys = keys[order]
    while count < len(seeds):
        if count < len(forced):
            best = forced[count]
        else:
            best, highest, place = -1, 0.0, 0
            while place < len(order) and first_keys[place] > highest:
                person = order[place]
                place += 1
                key = gains[person] / max(prices[person], _FREE) if by_price else float(gains[person])
                if keys[person] < 0.0 or key <= highest:
                    continue
                if prices[person] > budget:
                    keys[person] = -1.0
                    continue
                best, highest = person, key
            if best < 0:
                break
        keys[best] = -1.0
        seeds[count] = best
        count += 1
        covered += gains[best]
        budget -= prices[best]
        for at in range(index.first[best], index.first[best + 1]):
            one = index.sets[at]
            if times[one] < 255:
                times[one] += 1
            if times[one] == 1:
                start = sets.ends[one - 1] if one else 0
                for member in range(start, sets.ends[one]):
                    gains[sets.members[member]] -= 1
        gains[best] = 0
    return count, covered
