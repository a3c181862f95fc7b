"""Sparse item-to-item weights by ridge regression: each thing explained by the few that are taken up along with it.

    G = R^T D^-a R                              co-occurrence, D the people's numbers of acts
    S = the K things with the largest G_ij / d_i^1/2, d_i the acts of thing i
    (G_SS + l0 mean(diag G) I + l1 diag(G_SS)) w = G_Sj,   then w d_j^-c

This is EASE (Steck, WWW 2019: embarrassingly shallow autoencoders) restricted to a neighbourhood, as in SLIM with
feature selection (Ning and Karypis, ICDM 2011); weights may be negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve

from graph.jobs.similarity.law import Law
from graph.jobs.similarity.matrix import Acts, Floats, Matrix

_PICKED_BY = 0.5  # power of a thing's acts that its co-occurrence is divided by to be picked
_BLOCK_BYTES = 256 * 2**20  # co-occurrences held at a time


@dataclass(frozen=True, slots=True)
class Explained:
    """Weights of some things (`targets`): for each, which `sources` explain it and how much; flat, with `counts`."""

    targets: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    weights: Floats


class Explaining:
    """Explains things block by block, so that memory is bounded by the block and not by the number of things.

    `mean` stands for the mean of the diagonal, where that of other acts is to be held on to.
    """

    def __init__(self, acts: Acts, law: Law, *, mean: float | None = None) -> None:
        self._law = law
        self._of_things = acts.of_things
        self._columns: sp.csc_matrix = _weighed(acts, law).tocsc()
        self._rows: Matrix = self._columns.T.tocsr()
        self._diagonal = _diagonal(self._columns)
        self._ridge = law.ridge * (_mean(self._diagonal) if mean is None else mean) + law.own_ridge * self._diagonal

    @property
    def block(self) -> int:
        """How many things fit into one block, at 12 bytes for each pair that could be."""
        return max(1, min(512, _BLOCK_BYTES // (12 * max(len(self._diagonal), 1))))

    def explain(self, targets: npt.NDArray[np.int64]) -> Explained:
        """The weights of these things."""
        together = (self._rows @ self._columns[:, targets]).tocsc()
        counts, sources, weights = [], [], []
        for at, target in enumerate(targets):
            picked, found = self._one(int(target), together.indices, together.data, *together.indptr[at : at + 2])
            counts.append(len(picked))
            sources.append(picked)
            weights.append(found)
        none = np.zeros(0)
        return Explained(
            targets,
            np.array(counts, np.int64),
            np.concatenate(sources, dtype=np.int64) if sources else none.astype(np.int64),
            np.concatenate(weights) if weights else none,
        )

    def _one(
        self, target: int, indices: npt.NDArray[np.int32], data: Floats, first: int, last: int
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        near, strength = indices[first:last], data[first:last]
        others = near != target
        near, strength = near[others].astype(np.int64), strength[others]
        if len(near) > self._law.neighbours:
            order = np.argpartition(-strength / self._of_things[near] ** _PICKED_BY, self._law.neighbours - 1)
            near, strength = near[order[: self._law.neighbours]], strength[order[: self._law.neighbours]]
        if not len(near):
            return near, strength
        columns = self._columns[:, near]
        system = (columns.T @ columns).toarray()
        system[np.diag_indices(len(near))] += self._ridge[near]
        weights = cho_solve(cho_factor(system, lower=True, overwrite_a=True, check_finite=False), strength)
        return near, weights * self._of_things[target] ** -self._law.target_power


def mean_diagonal(acts: Acts, law: Law) -> float:
    """The mean of the diagonal of co-occurrence; 0 without acts."""
    return _mean(_diagonal(_weighed(acts, law)))


def _weighed(acts: Acts, law: Law) -> Matrix:
    return (sp.diags(acts.of_people ** (-law.user_power / 2)) @ acts.values).tocsr()


def _diagonal(weighed: Matrix) -> Floats:
    return np.asarray(weighed.multiply(weighed).sum(axis=0), np.float64).ravel()


def _mean(diagonal: Floats) -> float:
    return float(diagonal.mean()) if len(diagonal) else 0.0


def explained(
    acts: Acts,
    law: Law,
    *,
    things: npt.NDArray[np.int64] | None = None,
    mean: float | None = None,
    kept_in: Path | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> Iterator[Explained]:
    """These things explained, or all, block by block; `mean` is as for `Explaining`.

    With `kept_in`, blocks that an earlier run finished come from there.
    """
    explaining = Explaining(acts, law, mean=mean)
    wanted = np.arange(len(acts.things)) if things is None else things
    for first in range(0, len(wanted), explaining.block):
        targets = wanted[first : first + explaining.block]
        file = kept_in / f"{first:09}-{len(targets)}.npz" if kept_in else None
        found = _read(file) if file and file.is_file() else None
        if found is None:
            found = explaining.explain(targets)
            if file:
                _keep(file, found)
        done(len(targets))
        yield found


def assembled(blocks: Iterator[Explained], things: int) -> Matrix:
    """Their weights as a matrix, sources by targets."""
    parts = list(blocks)
    rows = np.concatenate([one.sources for one in parts]) if parts else np.zeros(0, np.int64)
    columns = np.concatenate([np.repeat(one.targets, one.counts) for one in parts]) if parts else rows
    weights = np.concatenate([one.weights for one in parts]) if parts else np.zeros(0)
    return sp.csr_matrix((weights, (rows, columns)), shape=(things, things))


def strongest(matrix: Matrix, most: int) -> Matrix:
    """Of each row the `most` largest values by magnitude."""
    kept = []
    for row in range(matrix.shape[0]):
        first, last = matrix.indptr[row : row + 2]
        values = np.abs(matrix.data[first:last])
        order = np.argpartition(-values, most - 1)[:most] if len(values) > most else np.arange(len(values))
        kept.append(first + order)
    chosen = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    counts = [len(one) for one in kept]
    indptr = np.concatenate([[0], np.cumsum(counts)]) if counts else np.zeros(1, np.int64)
    return sp.csr_matrix((matrix.data[chosen], matrix.indices[chosen], indptr), shape=matrix.shape)


def deviation(matrix: Matrix) -> float:
    """The standard deviation of all pairs, absent ones being zeros; 1 where it is 0."""
    pairs = matrix.shape[0] * matrix.shape[1]
    if not matrix.nnz:
        return 1.0
    deviation = np.sqrt(float((matrix.data**2).sum()) / pairs - (float(matrix.data.sum()) / pairs) ** 2)
    return float(deviation) if deviation > 0 else 1.0


def _read(file: Path) -> Explained | None:
    try:
        with np.load(file) as kept:
            return Explained(kept["targets"], kept["counts"], kept["sources"], kept["weights"])
    except (OSError, ValueError, KeyError, EOFError):
        return None  # cut off half-way: it is made again


def _keep(file: Path, block: Explained) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.npz")
    np.savez(part, targets=block.targets, counts=block.counts, sources=block.sources, weights=block.weights)
    part.replace(file)
