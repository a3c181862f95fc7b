"""Who may influence whom, with which probability, as compressed lists in either direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.jobs.seeding.compiled import compiled

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CERTAIN = 50.0  # hazard of a probability of 1: it fails once in e^50 trials


@dataclass(frozen=True, slots=True)
class Network:
    """`people` numbered from 0, and edges: `sources` influence `targets` with `probabilities` (0 to 1), each by itself.

    Of parallel edges each is a chance of its own.
    """

    people: int
    sources: Ints
    targets: Ints
    probabilities: Floats

    def __post_init__(self) -> None:
        """Raises ValueError where the arrays do not fit together."""
        edges = len(self.sources)
        if len(self.targets) != edges or len(self.probabilities) != edges:
            raise ValueError("sources, targets and probabilities are of different lengths")
        if edges and not (self.probabilities.min() >= 0.0 and self.probabilities.max() <= 1.0):
            raise ValueError("probabilities must be from 0 to 1")
        for ends in (self.sources, self.targets):
            if edges and not (ends.min() >= 0 and ends.max() < self.people):
                raise ValueError(f"edges must be between people 0 to {self.people - 1}")

    def backward(self) -> Lists:
        """For each person the edges that come in."""
        return _lists(self.people, self.targets, self.sources, self.probabilities)

    def forward(self) -> Lists:
        """For each person the edges that go out."""
        return _lists(self.people, self.sources, self.targets, self.probabilities)


class Lists(NamedTuple):
    """Lists of edges, one for each person; the hazard of an edge of probability p is -ln(1 - p).

    Edges of person v are `first[v]` to `first[v + 1]`, and lead to `others`. `each` is the hazard of every edge of
    the list where all are equal, else 0. `upto` is the sum of hazards in the list to the end of each edge; it is
    empty where in every list all are equal.
    """

    first: Longs
    others: Ints
    each: Floats
    upto: Floats


def _lists(people: int, owners: Ints, others: Ints, probabilities: Floats) -> Lists:
    first = np.zeros(people + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=people), out=first[1:])
    placed, hazards = np.empty(len(owners), np.int32), np.empty(len(owners))
    each = np.zeros(people)
    owners, others = np.ascontiguousarray(owners, np.int32), np.ascontiguousarray(others, np.int32)
    _place(owners, others, np.ascontiguousarray(probabilities, np.float64), first[:-1].copy(), placed, hazards)
    even = _sum_up(first, hazards, each)
    return Lists(first, placed, each, np.empty(0) if even else hazards)


@compiled
def _place(owners: Ints, others: Ints, probabilities: Floats, next_of: Longs, placed: Ints, hazards: Floats) -> None:
    for edge in range(len(owners)):
        at = next_of[owners[edge]]
        next_of[owners[edge]] = at + 1
        placed[at] = others[edge]
        probability = probabilities[edge]
        hazards[at] = min(-np.log1p(-probability), CERTAIN) if probability < 1.0 else CERTAIN


@compiled
def _sum_up(first: Longs, hazards: Floats, each: Floats) -> bool:
    """Turns hazards into sums along each list; True: in every list all are equal."""
    all_even = True
    for owner in range(len(each)):
        start, end = first[owner], first[owner + 1]
        even, so_far = True, 0.0
        for at in range(start, end):
            even = even and hazards[at] == hazards[start]
        if even and end > start:
            each[owner] = hazards[start]
        all_even = all_even and even
        for at in range(start, end):
            so_far += hazards[at]
            hazards[at] = so_far
    return all_even
