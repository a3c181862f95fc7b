"""Reverse-reachable sets: who could have reached a person, drawn by audience weight, in one trial of the edges.

The part of such sets that a group of people meets is, in the mean, the part of the whole weight that the group reaches
(Borgs et al., SODA 2014). Persons are drawn in strata of equal weight, one from each: every bound stays valid (hits are
still a sum of independent trials with that mean), and the sum varies less than with free draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graph.jobs.seeding.compiled import compiled
from graph.jobs.seeding.flow import Words, flow, pause, uniform, whole
from graph.jobs.seeding.network import Floats, Ints, Lists, Longs

BYTES_A_MEMBER = 6  # with the end of its set; sets of one are not stored
_AT_A_TIME = 2**22  # members, so that cancelling is not long waited for
_FEW = 64


class Sets(NamedTuple):
    """Sets of two people or more: set i is `members[ends[i - 1]:ends[i]]`, its first the person drawn."""

    members: Ints
    ends: Ints


class Collection:
    """Sets drawn so far, `drawn` of them; those of one person alone are only counted, in `alone`.

    Up to `room` members of sets are held, in memory that is taken as it fills. `chance` is its own source of numbers.
    """

    def __init__(self, lists: Lists, weights: Floats, *, room: int, chance: Words) -> None:
        self._lists = lists
        self._until = np.cumsum(weights)
        self._chance = chance
        self._marks = np.full(len(weights), -1, np.int32)
        self._members = np.empty(room, np.int32)
        self._ends = np.empty(room // 2, np.int32)
        self._stored = 0
        self.alone = np.zeros(len(weights), np.int64)
        self.drawn = 0

    @property
    def sets(self) -> Sets:
        """The sets of two people or more."""
        used = int(self._ends[self._stored - 1]) if self._stored else 0
        return Sets(self._members[:used], self._ends[: self._stored])

    def draw(self, count: int, check: Callable[[], None] = lambda: None) -> bool:
        """Draws that many more, calling `check` in between; False: they do not fit, and all is as it was."""
        before = self._stored, self.alone.copy()
        self._marks.fill(-1)
        members = len(self.sets.members)
        a_set = max(members / self.drawn, 1e-9) if self.drawn else float(_AT_A_TIME) / _FEW
        step = int(min(max(_AT_A_TIME / a_set, _FEW), 2**20))
        for begin in range(0, count, step):
            check()
            stored = _draw(
                self._lists, self._until, begin, min(begin + step, count), count, self._members, self._ends,
                self._stored, self.alone, self._marks, self._chance,
            )  # fmt: skip
            if stored < 0:
                self._stored, self.alone = before
                return False
            self._stored = stored
        self.drawn += count
        return True


@compiled
def _draw(
    lists: Lists,
    until: Floats,
    begin: int,
    end: int,
    count: int,
    members: Ints,
    ends: Ints,
    stored: int,
    alone: Longs,
    marks: Ints,
    chance: Words,
) -> int:
    """Draws sets `begin` to `end` of `count` behind those stored, and returns how many are then; -1: they do not fit.

    Persons who are drawn several times running and reached by nobody are passed in one step.
    """
    step = until[-1] / count
    last = len(until) - 1
    root = min(np.searchsorted(until, begin * step, "right"), last)
    used = ends[stored - 1] if stored else 0
    left = pause(chance)
    at = begin
    while at < end:
        inside = min(int(until[root] / step), end) - at  # strata that are of this root alone
        if inside <= 0:
            point = (at + uniform(chance)) * step
            while root < last and until[root] <= point:
                root += 1
            inside = 1
        length = whole(lists, root)
        passed = inside if left >= inside * length else int(left / length)
        alone[root] += passed
        left = max(left - passed * length, 0.0)
        at += passed
        if passed == inside:
            continue
        if used == len(members) or stored == len(ends):
            return -1
        members[used] = root
        marks[root] = at
        tail, left = flow(lists, members, used, used + 1, marks, at, left, chance)
        if tail < 0:
            return -1
        at += 1
        if tail == used + 1:  # its edges come from itself
            alone[root] += 1
            continue
        used = tail
        ends[stored] = used
        stored += 1
    return stored


@compiled
def first_met(sets: Sets, places: Ints) -> Ints:
    """For each set the lowest of its members' `places`; those that are no place are as large as can be."""
    found = np.empty(len(sets.ends), np.int32)
    start = 0
    for at in range(len(sets.ends)):
        end = sets.ends[at]
        lowest = places[sets.members[start]]
        for one in range(start + 1, end):
            lowest = min(lowest, places[sets.members[one]])
        found[at] = lowest
        start = end
    return found
