"""How much less a thing is taken up for standing further down, whatever it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from learning.samples import Samples

STRONGEST = 1.0
_RIDGE = 1e-3


def power(samples: Samples) -> float:
    """The p of the law (1 + place)^-p by which things are taken up, 0 (places do not matter) to 1.

    A logistic regression of whether a thing was taken up on its features and the logarithm of its place, each less its
    list's mean: what the place explains beside the features is its own doing. Where the features miss why a
    list stood as it did, this is too large, and is therefore bounded by 1, the law of plain lists.
    """
    from scipy.optimize import minimize  # only here: each command would wait for it

    if not len(samples):
        return 0.0
    taken = (samples.gains > 0).astype(np.float64)
    columns = np.column_stack([np.log1p(samples.places.astype(np.float64)), _standard(samples.features)])
    columns = _less_mean(columns, samples.sizes)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = weights[0] + columns @ weights[1:]
        value = np.logaddexp(0.0, logits).mean() - taken @ logits / len(taken) + _RIDGE * (weights[1:] @ weights[1:])
        errors = (1.0 / (1.0 + np.exp(-logits)) - taken) / len(taken)
        return float(value), np.concatenate([[errors.sum()], errors @ columns + 2 * _RIDGE * weights[1:]])

    found = minimize(loss, np.zeros(columns.shape[1] + 1), jac=True, method="L-BFGS-B")
    return float(np.clip(-found.x[1], 0.0, STRONGEST))


def _standard(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """The features with mean 0 and deviation 1, what is absent at the mean."""
    there = ~np.isnan(features)
    counts = np.maximum(there.sum(axis=0), 1)
    filled = np.where(there, features, 0.0).astype(np.float64)
    means = filled.sum(axis=0) / counts
    centred = np.where(there, filled - means, 0.0)
    deviations = np.sqrt((centred**2).sum(axis=0) / counts)
    found: NDArray[np.float64] = centred / np.where(deviations > 0, deviations, 1.0)
    return found


def _less_mean(columns: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    means = np.add.reduceat(columns, starts, axis=0) / sizes[:, None]
    return columns - np.repeat(means, sizes, axis=0)
