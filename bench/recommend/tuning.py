"""Chooses the law on a part of the training pairs; nothing of the test is looked at.

A random tenth of the training pairs is held out. Each number is varied in turn around the usual law, and the best by
the product of Recall@20 and NDCG@20 is kept. What is chosen so is then computed by the job and served by the service;
only the choosing happens here, in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log2
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bench.recommend.protocol import AT
from bench.report import OUT
from datasets.public.folder import PublicData
from graph.jobs.similarity.edges import assembled, explained
from graph.jobs.similarity.folding import low_rank
from graph.jobs.similarity.kinds import Computed, completed
from graph.jobs.similarity.law import MOST_EDGES, Law, usual
from graph.jobs.similarity.matrix import Acts
from graph.jobs.similarity.taste import taste

_PART, _SEED, _PEOPLE, _BLOCK = 0.1, 20261124, 5_000, 500
_RIDGES = ((1.0, 0.0), (2.0, 0.5), (5.0, 1.0), (10.0, 0.0))
_USER_POWERS = (0.0, 0.25, 0.4, 0.5)
_TARGET_POWERS = (0.0, 0.05, 0.1, 0.2)
_NEIGHBOURS = (60, 150, 200)
_DIMS = (32, 64, 128, 256, 512)
_FOLDED = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
_TASTE_WEIGHTS = (0.0, 0.2, 0.4, 0.8, 1.2, 1.5, 2.0)
_FEWEST_PER_DIM = 10  # things for each dimension of taste, or it would learn them by heart


@dataclass(frozen=True, slots=True)
class _Split:
    """Training without the held-out part, and that part, both people x things."""

    acts: Acts
    held: sp.csr_matrix
    people: npt.NDArray[np.int64]


def tuned(data: PublicData) -> Law:
    """The law that does best on the held-out part."""
    split = _split(data)
    law = usual(len(split.acts.people), len(split.acts.things), split.acts.values.nnz)
    trying = _Trying(split)
    best = (trying.goodness(law), law)
    for name, laws in _steps():
        for one in laws(best[1]):
            best = max(best, (trying.goodness(one), one), key=lambda tried: tried[0])
        OUT.print(f"{name}: {best[1]}, {best[0]:.5f}", highlight=False)
    return best[1]


def _steps() -> Iterator[tuple[str, Any]]:
    yield "ridge", lambda law: (replace(law, ridge=one, own_ridge=own) for one, own in _RIDGES)
    yield "user power", lambda law: (replace(law, user_power=one) for one in _USER_POWERS)
    yield "target power", lambda law: (replace(law, target_power=one) for one in _TARGET_POWERS)
    yield "neighbours", lambda law: (replace(law, neighbours=one) for one in _NEIGHBOURS)
    yield "taste within edges", lambda law: (replace(law, folded=one) for one in _FOLDED)
    yield "taste beside edges", lambda law: (replace(law, folded=0.0, taste_weight=one) for one in _TASTE_WEIGHTS)
    yield "dims", lambda law: (replace(law, dims=one) for one in _DIMS if law.folded or law.taste_weight)


class _Trying:
    """Measures laws on the held-out part; weights and tastes are computed once for all laws that share them."""

    def __init__(self, split: _Split) -> None:
        self._split = split
        self._weights = lru_cache(1)(self._compute_weights)
        self._taste = lru_cache(1)(lambda dims: taste(split.acts, dims=dims))
        self._tried: dict[Law, float] = {}

    def goodness(self, law: Law) -> float:
        """The product of both figures."""
        if law.dims * _FEWEST_PER_DIM > len(self._split.acts.things) and law.dims > min(_DIMS):
            return 0.0
        if law not in self._tried:
            self._tried[law] = self._measure(law)
        return self._tried[law]

    def _compute_weights(self, law: Law) -> sp.csr_matrix:
        acts = self._split.acts
        return assembled(explained(acts, law), len(acts.things))

    def _completed(self, law: Law) -> Computed:
        """Edges and tastes by the law; weights whose popular targets are not lowered yet are those of many laws."""
        acts = self._split.acts
        weights = self._weights(replace(law, target_power=0.0, dims=0, folded=0.0, taste_weight=0.0))
        lowered = (weights @ sp.diags(acts.of_things**-law.target_power)).tocsr()
        found = self._taste(law.dims) if law.folded or law.taste_weight else None
        return completed(law, lowered, found, most=MOST_EDGES)

    def _measure(self, law: Law) -> float:
        found = self._completed(law)
        part = low_rank(found.taste)
        recalls = gains = 0.0
        people = self._split.people
        for first in range(0, len(people), _BLOCK):
            rows = people[first : first + _BLOCK]
            mine = self._split.acts.values[rows]
            scores = np.asarray((mine @ found.edges).todense())
            if part is not None:
                scores = scores + (mine @ part.sources) @ part.targets.T
            scores[mine.nonzero()] = -np.inf
            recall, gain = _found(scores, self._split.held[rows])
            recalls, gains = recalls + recall, gains + gain
        return recalls * gains / len(people) ** 2


def _found(scores: npt.NDArray[np.float64], held: sp.csr_matrix) -> tuple[float, float]:
    """Sums over people of recall and NDCG."""
    at = min(AT, scores.shape[1])
    top = np.argpartition(-scores, at - 1, axis=1)[:, :at]
    order = np.argsort(-np.take_along_axis(scores, top, 1), axis=1, kind="stable")
    top = np.take_along_axis(top, order, 1)
    hits = np.take_along_axis(np.asarray(held.todense()) > 0, top, 1)
    counts = np.diff(held.indptr)
    discounts = np.array([1 / log2(place + 2) for place in range(at)])
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(counts, at)]
    return float((hits.sum(1) / counts).sum()), float(((hits * discounts).sum(1) / ideal).sum())


def _split(data: PublicData) -> _Split:
    rng = np.random.default_rng(_SEED)
    apart = rng.random(len(data.interactions)) < _PART
    kept, held = data.interactions[~apart], data.interactions[apart]
    users, items = np.unique(data.interactions[:, 0]), np.unique(data.interactions[:, 1])
    shape = (len(users), len(items))

    def matrix(pairs: npt.NDArray[np.int64]) -> sp.csr_matrix:
        rows, columns = np.searchsorted(users, pairs[:, 0]), np.searchsorted(items, pairs[:, 1])
        return sp.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=shape)

    wanted = matrix(held)
    people = np.flatnonzero(np.diff(wanted.indptr))
    if len(people) > _PEOPLE:
        people = np.sort(rng.choice(people, _PEOPLE, replace=False))
    acts = Acts(list(map(str, users)), list(map(str, items)), matrix(kept))
    return _Split(acts, wanted, cast(npt.NDArray[np.int64], people))
