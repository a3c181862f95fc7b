"""Edges that hold a part of taste too: what co-occurrence and the low-rank part say of a pair, added up.

Both parts are at unit standard deviation over all pairs before, and the edges that are kept have a mean magnitude of 1
after, so that a score says how an edge compares with a usual one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from graph.jobs.similarity.edges import strongest
from graph.jobs.similarity.matrix import Matrix
from graph.jobs.similarity.taste import Taste

ALL_PAIRS = 60_000
"""Things up to which taste joins any two; beyond, those taken up together alone, since time grows by the square."""
_BLOCK_BYTES = 128 * 2**20  # of rows of all pairs held at a time
_NEGLIGIBLE = 1e-3  # of a thing's strongest edge: less is noise between things that have nothing in common
_PAIRS = 500_000  # pairs weighed at a time


@dataclass(frozen=True, slots=True)
class LowRank:
    """What source i adds to target j: the product of row i of `sources` and row j of `targets`, both things x dims."""

    sources: npt.NDArray[np.float32]
    targets: npt.NDArray[np.float32]


def low_rank(taste: Taste | None, weight: float = 1.0) -> LowRank | None:
    """The part that so many times the taste stands for; None for no taste, or 0 times."""
    if taste is None or not weight:
        return None
    targets = taste.vectors[:, :-1].astype(np.float32)
    return LowRank(targets * (taste.weights * weight).astype(np.float32)[:, None], targets)


def folded(weights: Matrix, part: LowRank | None) -> Matrix:
    """Weights, sources by targets, with the part added to each pair that has one."""
    if part is None:
        return weights
    pairs = weights.tocoo()
    added = np.empty(pairs.nnz)
    for first in range(0, pairs.nnz, _PAIRS):
        some = slice(first, first + _PAIRS)
        added[some] = np.einsum("ij,ij->i", part.sources[pairs.row[some]], part.targets[pairs.col[some]])
    return sp.csr_matrix((pairs.data + added, (pairs.row, pairs.col)), shape=pairs.shape)


def strongest_folded(weights: Matrix, part: LowRank | None, most: int) -> Matrix:
    """Of each source the `most` largest by magnitude of weights with the part added, the pairs without weights too."""
    things = weights.shape[0]
    if part is None or things > ALL_PAIRS:
        return strongest(folded(weights, part), most)
    block = max(1, _BLOCK_BYTES // (8 * things))
    return sp.vstack([_strongest_of(weights, part, slice(at, at + block), most) for at in range(0, things, block)])


def _strongest_of(weights: Matrix, part: LowRank, rows: slice, most: int) -> Matrix:
    whole = weights[rows].toarray() + part.sources[rows] @ part.targets.T
    count, things = whole.shape
    whole[np.arange(count), rows.start + np.arange(count)] = 0.0
    many = min(most, things)
    columns = np.argpartition(-np.abs(whole), many - 1, axis=1)[:, :many]
    values = np.take_along_axis(whole, columns, 1)
    values[np.abs(values) < _NEGLIGIBLE * np.abs(values).max(axis=1, keepdims=True)] = 0.0
    found = sp.csr_matrix((values.ravel(), columns.ravel(), np.arange(0, values.size + 1, many)), shape=whole.shape)
    found.eliminate_zeros()
    return found


def usual_magnitude(edges: Matrix) -> float:
    """The mean magnitude of edges; 1 where there is none."""
    return float(np.abs(edges.data).mean()) if edges.nnz else 1.0
