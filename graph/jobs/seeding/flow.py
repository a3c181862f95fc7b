"""How influence flows along lists of edges: whom a set of people reaches when each edge is tried once.

An edge of probability p is live when a Poisson process of rate 1 has an arrival within the edge's stretch of length
-ln(1 - p). So one walks from arrival to arrival over all the lists laid end to end, and never looks at the edges
between: the time is that of the live edges, not of all. With equal probabilities in a list this is the geometric
skipping of SUBSIM (Guo et al., SIGMOD 2020); with unequal ones, a search in sums of hazards takes the place of its
sorting.
"""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt

from graph.jobs.seeding.compiled import compiled
from graph.jobs.seeding.network import Ints, Lists

Words = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53
_FEW = 8


@compiled
def uniform(chance: Words) -> float:
    """A number between 0 and 1, neither included, by SplitMix64 (Steele et al., OOPSLA 2014)."""
    chance[0] += _STEP
    word = chance[0]
    word = (word ^ (word >> _30)) * _MIX_1
    word = (word ^ (word >> _27)) * _MIX_2
    return (float((word ^ (word >> _31)) >> _11) + 0.5) * _UNIT


@compiled
def pause(chance: Words) -> float:
    """How far it is to the next arrival."""
    return -log(uniform(chance))


@compiled
def whole(lists: Lists, owner: int) -> float:
    """The sum of hazards in that person's list."""
    start, end = lists.first[owner], lists.first[owner + 1]
    hazard = lists.each[owner]
    if hazard > 0.0 or start == end:
        return float(hazard * (end - start))
    return float(lists.upto[end - 1])


@compiled
def flow(
    lists: Lists, reached: Ints, head: int, tail: int, marks: Ints, mark: int, left: float, chance: Words
) -> tuple[int, float]:
    """Appends to `reached`, from `tail` on, whom those in `head` to `tail` reach; where that ends, and what is left.

    Everybody in `reached` has `mark` in `marks`. `left` is how far it is to the next arrival. An end of -1 means that
    `reached` is full.
    """
    room = len(reached)
    while head < tail:
        owner = reached[head]
        head += 1
        length = whole(lists, owner)
        passed = 0.0
        while left < length - passed:
            start, end = lists.first[owner], lists.first[owner + 1]
            passed += left
            hazard = lists.each[owner]
            if hazard > 0.0:
                place = min(int(passed / hazard), end - start - 1)
                passed = (place + 1) * hazard
                place += start
            else:
                place = _place(lists.upto, start, end, passed)
                passed = lists.upto[place]
            left = pause(chance)
            other = lists.others[place]
            if marks[other] != mark:
                if tail == room:
                    return -1, left
                marks[other] = mark
                reached[tail] = other
                tail += 1
        left -= max(length - passed, 0.0)
    return tail, left


@compiled
def _place(upto: npt.NDArray[np.float64], start: int, end: int, passed: float) -> int:
    """The edge of the list within whose stretch that point is."""
    last = end - 1
    while last - start > _FEW:
        middle = (start + last) // 2
        if upto[middle] > passed:
            last = middle
        else:
            start = middle + 1
    while start < last and upto[start] <= passed:
        start += 1
    return start
