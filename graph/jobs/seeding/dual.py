"""The most sets that any choice could meet, by the dual of the linear programme of maximum cover.

For any shares y of sets, from 0 to 1, no choice meets more than

    sum over sets of (1 - y) + the best that fits of sum over chosen people of (shares of the sets they are in)

because a set that is met gives at most 1 - y and the shares y of those chosen who are in it. OPIM-C's own bound is
the case of y = 0 for the sets that the greedy choice meets and 1 for the others; here the shares of the met sets are
then improved by subgradient steps (Polyak 1969), which brings the bound from about 1.3 times what greedy meets to
within about 1 %. What fits is relaxed: the people who give most, or who give most for the price with a part of the
last one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.jobs.seeding.compiled import compiled
from graph.jobs.seeding.cover import Cover, Rules
from graph.jobs.seeding.network import Flags, Floats, Ints
from graph.jobs.seeding.sampling import Collection, Sets

_STEPS = 30
_NEAR = 0.99  # of the bound is met: good enough
_STALLED = 0.002
_PATIENCE = 5
_OVER = 1.15  # how much more than the best of the others the chosen are first given
_SHARE = 0.5  # of Polyak's step


def most_covered(collection: Collection, rules: Rules, cover: Cover) -> float:
    """No choice by the rules meets more of the collection's sets than that."""
    problem = _problem(collection, rules, cover)
    shares = problem.first_shares()
    best, seen = np.inf, []
    for _ in range(_STEPS):
        bound, given = problem.bound(shares)
        best = min(best, bound)
        seen.append(best)
        if cover.covered >= _NEAR * best or _stalled(seen):
            break
        slope = problem.slope(given)
        free = ((shares > 0) | (slope < 0)) & ((shares < 1) | (slope > 0))
        length = float((slope[free] ** 2).sum())
        if length == 0.0:
            break
        shares = np.clip(shares - _SHARE * (bound - cover.covered) / length * slope, 0.0, 1.0)
    return float(best)


def _stalled(seen: list[float]) -> bool:
    return len(seen) > _PATIENCE and seen[-1] > seen[-1 - _PATIENCE] * (1 - _STALLED)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The sets that are met by the choice and not by who is forced; what is given apart from their shares.

    `fixed`: sets met by who is forced. `base`: for each person the sets of theirs that nobody chosen meets, and those
    of them alone. `owner`: for each set the seed's place that alone meets it, or -1.
    """

    sets: Sets
    owner: Ints
    fixed: int
    base: Floats
    seeds: Ints
    rules: Rules
    open: Flags

    def first_shares(self) -> Floats:
        """Of the sets that one seed alone meets, so much that the seed is given a little more than anybody else."""
        others = self.base.copy()
        others[self.seeds] = 0.0
        worth = others / self._prices() if self.rules.priced else others
        price = self._prices()[self.seeds] if self.rules.priced else np.ones(len(self.seeds))
        wanted = _OVER * float(worth.max(initial=0.0)) * price - self.base[self.seeds]
        own = np.bincount(self.owner[self.owner >= 0], minlength=len(self.seeds))
        share = np.clip(wanted / np.maximum(own, 1), 0.0, 1.0)
        return np.where(self.owner >= 0, share[self.owner], 0.0)

    def bound(self, shares: Floats) -> tuple[float, Floats]:
        """The bound by these shares, and how much of each person is chosen to reach it."""
        given = _added(self.sets, shares, self.base)
        given[~self.open] = 0.0
        best, chosen = self._fitting(given)
        return self.fixed + float((1.0 - shares).sum()) + best, chosen

    def slope(self, chosen: Floats) -> Floats:
        """How the bound changes with each share."""
        return _summed(self.sets, chosen) - 1.0

    def _fitting(self, given: Floats) -> tuple[float, Floats]:
        """The most that a choice is given, relaxed, and the choice as parts of people."""
        room = self.rules.most - len(self.rules.forced)
        chosen = np.zeros(len(given))
        if room < len(given):
            best = np.argpartition(-given, room)[:room]
            chosen[best] = 1.0
        else:
            chosen[:] = 1.0
        found = float(given @ chosen), chosen
        if self.rules.priced:
            found = min(found, self._affordable(given), key=lambda one: one[0])
        return found

    def _affordable(self, given: Floats) -> tuple[float, Floats]:
        prices = self._prices()
        left = max(self.rules.budget - self.rules.price(np.array(self.rules.forced, np.int32)), 0.0)
        people = np.flatnonzero((given > 0) & (prices <= left * (1 + 1e-12)))
        order = people[np.argsort(-given[people] / prices[people], kind="stable")]
        before = np.cumsum(prices[order]) - prices[order]
        chosen = np.zeros(len(given))
        chosen[order] = np.clip((left - before) / prices[order], 0.0, 1.0)
        return float(given @ chosen), chosen

    def _prices(self) -> Floats:
        assert self.rules.prices is not None, "asked of priced rules alone"
        return np.maximum(self.rules.prices, 1e-9)


def _problem(collection: Collection, rules: Rules, cover: Cover) -> _Problem:
    people = len(collection.alone)
    places = np.full(people, -1, np.int32)
    places[cover.seeds] = np.arange(len(cover.seeds))
    base = cover.gains.astype(np.float64)
    base[cover.seeds] = collection.alone[cover.seeds]
    met = cover.times > 0
    owner, forced = _owners(collection.sets, met, places, len(rules.forced))
    kept = met & ~forced
    fixed = int(forced.sum()) + int(collection.alone[list(rules.forced)].sum())
    choosable = rules.allowed.copy()
    choosable[list(rules.forced)] = False
    owner = np.where(cover.times == 1, owner, -1)[kept].astype(np.int32)
    return _Problem(_kept(collection.sets, kept), owner, fixed, base, cover.seeds, rules, choosable)


@compiled
def _owners(sets: Sets, met: Flags, places: Ints, forced: int) -> tuple[Ints, Flags]:
    """For each set that is met the lowest place of a seed in it, and whether that is one of the forced."""
    owner = np.full(len(met), -1, np.int32)
    by_forced = np.zeros(len(met), np.bool_)
    for at in range(len(met)):
        if not met[at]:
            continue
        for one in range(sets.ends[at - 1] if at else 0, sets.ends[at]):
            place = places[sets.members[one]]
            if place >= 0 and (owner[at] < 0 or place < owner[at]):
                owner[at] = place
        by_forced[at] = 0 <= owner[at] < forced
    return owner, by_forced


@compiled
def _kept(sets: Sets, kept: Flags) -> Sets:
    """Those of the sets alone."""
    count, members = 0, 0
    for at in range(len(kept)):
        if kept[at]:
            count += 1
            members += sets.ends[at] - (sets.ends[at - 1] if at else 0)
    found, ends = np.empty(members, np.int32), np.empty(count, np.int32)
    used, place = 0, 0
    for at in range(len(kept)):
        if kept[at]:
            for one in range(sets.ends[at - 1] if at else 0, sets.ends[at]):
                found[used] = sets.members[one]
                used += 1
            ends[place] = used
            place += 1
    return Sets(found, ends)


@compiled
def _added(sets: Sets, shares: Floats, base: Floats) -> Floats:
    """What everybody is given: `base`, and the shares of the sets they are in."""
    given = base.copy()
    start = 0
    for at in range(len(shares)):
        end = sets.ends[at]
        if shares[at] > 0.0:
            for one in range(start, end):
                given[sets.members[one]] += shares[at]
        start = end
    return given


@compiled
def _summed(sets: Sets, values: Floats) -> Floats:
    """For each set the sum of its members' values."""
    found = np.empty(len(sets.ends))
    start = 0
    for at in range(len(found)):
        total, end = 0.0, sets.ends[at]
        for one in range(start, end):
            total += values[sets.members[one]]
        found[at] = total
        start = end
    return found
