"""How many people are within two steps: who follows somebody, and who follows those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from graph.jobs.influence.reading import Flags, Longs
from graph.jobs.pagerank import Floats

EXACT = 50_000
_AT_ONCE = 4_000_000
_CHANCE = 20_261_101


class Second(NamedTuple):
    """For each person asked for: how many people, and the standard error of that, 0 where it is a count."""

    people: Floats
    error: Floats


def within_two(follows: sp.csr_matrix, who: Longs, among: Flags, *, exact: int = EXACT) -> Second:
    """Of those `among`, how many are within two steps of each of `who`, themselves left out.

    Where at most `exact` paths lead there, they are counted. Otherwise those of a sample are that holds everybody with
    the chance 1/4, 1/16, …, the first at which at most so many paths are looked at: the work is bounded for anybody,
    and with h people found at a rate r the standard error is sqrt(h (1 - r)) / r.
    """
    chances = np.random.default_rng(_CHANCE).random(follows.shape[0])
    direct = np.asarray(follows[:, np.flatnonzero(among)].sum(axis=1)).ravel()
    paths = (direct + follows @ direct)[who]
    levels = np.ceil(np.log(np.maximum(paths / exact, 1.0)) / np.log(4.0)).astype(np.int64)
    found = Second(np.zeros(len(who)), np.zeros(len(who)))
    for level in np.unique(levels).tolist():
        rate = 0.25**level
        sample = np.flatnonzero(among & (chances < rate))
        columns, places = follows[:, sample].tocsr(), np.flatnonzero(levels == level)
        for some in _parts(places, paths[places] * rate):
            hits = _distinct(follows, columns, who[some], sample)
            found.people[some] = hits / rate
            found.error[some] = np.sqrt(hits * (1.0 - rate)) / rate
    return found


def _parts(places: Longs, work: Floats) -> Iterator[Longs]:
    """The places in parts of bounded work."""
    cuts = np.flatnonzero(np.diff((np.cumsum(work) // _AT_ONCE).astype(np.int64))) + 1
    yield from np.split(places, cuts)


def _distinct(follows: sp.csr_matrix, columns: sp.csr_matrix, who: Longs, sample: Longs) -> Floats:
    rows = follows[who]
    near = (rows @ columns + columns[who]).tocsr()
    near.eliminate_zeros()
    owners = np.repeat(who, np.diff(near.indptr))
    selves = np.bincount(
        np.repeat(np.arange(len(who)), np.diff(near.indptr))[owners == sample[near.indices]], minlength=len(who)
    )
    hits: Floats = (np.diff(near.indptr) - selves).astype(np.float64)
    return hits
