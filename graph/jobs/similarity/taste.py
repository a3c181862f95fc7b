"""Taste: the low-rank part of who took up what, as one short vector for each thing.

With R~ = D_u^-1/2 R D_i^-1/2 and U the leading eigenvectors of R~^T R~ (the ideal low-pass filter of GF-CF: Shen et
al., CIKM 2021), the part that i adds to j is

    g d_i^-1/2 (U U^T)_ij d_j^1/2 / std

Let r_j = d_j^1/2 U_j and M the longest of these. The vector of j is [r_j / M, sqrt(1 - |r_j|^2 / M^2)], of unit length,
and the weight of i is M^2 g / (d_i std). For p, the sum of weight_i x vector_i over what somebody took up with the last
entry set to 0, what all of it adds to j is the product of p and the vector of j, so |p| times their cosine, which the
database computes fast (Bachrach et al., RecSys 2014, on inner products as cosines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from graph.jobs.similarity.matrix import Acts, Floats

_SPARE, _ITERATIONS = 64, 12  # dimensions found beside those wanted, and passes over the acts


@dataclass(frozen=True, slots=True)
class Taste:
    """Unit vectors of things (`vectors`: things x (dims + 1)) and what each counts for whom it is a part of."""

    vectors: Floats
    weights: Floats

    def weighing(self, weight: float) -> Taste | None:
        """The taste whose g is so many times this one's; None for 0."""
        return Taste(self.vectors, self.weights * weight) if weight else None


def taste(acts: Acts, *, dims: int) -> Taste | None:
    """The taste of every thing, g being 1; None where there is too little to tell."""
    dims = min(dims, min(acts.values.shape) - 2)
    if dims < 2:
        return None
    popularity = acts.of_things
    right = _leading(acts, dims) * np.sqrt(popularity)[:, None]
    left = right / popularity[:, None]
    longest = float(np.sqrt((right**2).sum(axis=1)).max())
    short = right / longest
    rest = np.sqrt(np.maximum(0.0, 1.0 - (short**2).sum(axis=1)))
    weights = longest**2 / (popularity * _deviation(left, right))
    return Taste(np.column_stack([short, rest]), weights)


def _leading(acts: Acts, dims: int) -> Floats:
    """The leading eigenvectors, things x dims, by randomised subspace iteration (Halko et al., SIAM Review 2011).

    Its time is known beforehand. The iteration of Lanczos finds them more exactly, but takes hours where the spectrum
    is flat, as for many people of no particular taste; and there it is of least use.
    """
    from sklearn.utils.extmath import randomized_svd  # only here: the service names the job, and never computes it

    scaled = (sp.diags(acts.of_people**-0.5) @ acts.values @ sp.diags(acts.of_things**-0.5)).astype(np.float32).tocsr()
    _, _, found = randomized_svd(
        scaled, dims, n_oversamples=_SPARE, n_iter=_ITERATIONS, power_iteration_normalizer="LU", random_state=0
    )
    vectors: Floats = found.T.astype(np.float64)
    return vectors


def _deviation(left: Floats, right: Floats) -> float:
    """The standard deviation of left right^T over all pairs, by the Gram matrices."""
    pairs = len(left) * len(right)
    squares = float(((left.T @ left) * (right.T @ right)).sum())
    mean = float(left.sum(axis=0) @ right.sum(axis=0)) / pairs
    return float(np.sqrt(max(squares / pairs - mean**2, 1e-300)))
