"""Networks to plan on: probabilities by the usual models, made-up graphs, and the choices to compare with."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from bench.influence.reading import Arcs, Edges
from bench.measure import Unmeasurable
from graph.jobs.seeding.cover import Rules
from graph.jobs.seeding.network import Network
from graph.jobs.seeding.rivals import highest, pagerank

_OUT_POWER, _IN_POWER, _HEAD = 2.3, 2.6, 10.0


class Model(StrEnum):
    """How probabilities come about."""

    WC = "wc"  # weighted cascade: the parallel edges from u to v over all edges to v
    IC = "ic"  # independent cascade: the same for each edge
    GIVEN = "given"  # the file's column p


def network(arcs: Arcs, model: Model, probability: float) -> Network:
    """The arcs with the model's probabilities; under WC parallel arcs become one. Raises Unmeasurable."""
    people, sources, targets = len(arcs.names), arcs.sources, arcs.targets
    if model is Model.IC:
        return Network(people, sources, targets, np.full(len(sources), probability))
    if model is Model.GIVEN:
        if arcs.probabilities is None:
            raise Unmeasurable("the file has no column p, prob or probability")
        return Network(people, sources, targets, arcs.probabilities)
    pairs = np.sort(targets.astype(np.int64) * people + sources)
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    parallel = np.diff(starts, append=len(pairs))
    owners = (pairs[starts] // people).astype(np.int32)
    others = (pairs[starts] % people).astype(np.int32)
    return Network(people, others, owners, parallel / np.bincount(targets, minlength=people)[owners])


def made_up(edges: int, *, seed: int = 1) -> Arcs:
    """A directed power-law graph with that many arcs and a tenth as many people.

    Ends are drawn by powers of a rank, ranks at random: the most followed has some thousandths of all arcs.
    """
    chance = np.random.default_rng(seed)
    people = max(edges // 10, 2)
    ends = []
    for power in (_OUT_POWER, _IN_POWER):
        until = np.cumsum((np.arange(people) + _HEAD) ** (-1.0 / (power - 1.0)))
        drawn = np.searchsorted(until, chance.random(edges) * until[-1])
        ends.append(chance.permutation(people)[np.minimum(drawn, people - 1)].astype(np.int32))
    apart = ends[0] != ends[1]
    sources, targets = (np.ascontiguousarray(one[apart]) for one in ends)
    return Arcs(list(range(people)), sources, targets, None, Edges.DIRECTED, "made up")


def by_degree(arcs: Arcs, k: int) -> list[int]:
    """The k with arcs to most others."""
    people = len(arcs.names)
    pairs = np.unique(arcs.sources.astype(np.int64) * people + arcs.targets)
    return highest(
        np.bincount(pairs // people, minlength=people).astype(np.float64), Rules(k, np.ones(people, np.bool_))
    )


def by_pagerank(arcs: Arcs, k: int) -> list[int]:
    """The k of highest PageRank."""
    people = len(arcs.names)
    return highest(pagerank(people, arcs.sources, arcs.targets), Rules(k, np.ones(people, np.bool_)))
