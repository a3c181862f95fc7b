"""How much less a thing is taken up for standing further down, whatever it is."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from learning.samples import Samples

STRONGEST = 1.0
_RIDGE = 1e-5
_BOUND = 1.96
_HIGHEST_LOG = 30.0
_Floats: TypeAlias = NDArray[np.float64]


def power(samples: Samples) -> float:
    """The least p, 0 to 1, of the law (1 + place)^-p that agrees with how things are taken up.

    A regression of how often things are taken up on the logarithm of their place and their features, each less its
    list's mean, with a logarithmic link (Zou, Am J Epidemiol 159, 2004): what the place explains beside the features is
    its own doing. Where a list stands in the order of a feature, the two can hardly be told apart, and a p that is too
    large would have any upside-down order look better; so it is the lower bound of the interval of 95 %, by errors that
    may be alike within a list (the sandwich of Huber 1967 and White 1980).
    """
    from scipy.optimize import minimize  # only here: each command would wait for it

    if not len(samples):
        return 0.0
    taken = (samples.gains > 0).astype(np.float64)
    logs = np.log1p(samples.places.astype(np.float64))
    inner = _less_mean(np.column_stack([logs, _standard(samples.features)]), samples.sizes)
    columns = np.column_stack([np.ones(len(taken)), inner])
    ridge = np.array([0.0, *[_RIDGE] * inner.shape[1]])

    def loss(weights: _Floats) -> tuple[float, _Floats]:
        logs = columns @ weights
        rates = _rates(logs)
        value = rates.mean() - taken @ logs / len(taken) + ridge @ weights**2
        return float(value), (rates - taken) / len(taken) @ columns + 2 * ridge * weights

    found = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x
    error = _error(columns, taken, found, samples.sizes, ridge)
    return float(np.clip(-found[1] - _BOUND * error, 0.0, STRONGEST))


def _error(columns: _Floats, taken: _Floats, weights: _Floats, sizes: NDArray[np.int64], ridge: _Floats) -> float:
    """The standard error of the weight of the place."""
    rates = _rates(columns @ weights)
    bend = (columns * rates[:, None]).T @ columns + np.diag(2 * ridge * len(taken))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    pulls = np.add.reduceat(columns * (taken - rates)[:, None], starts, axis=0)
    inverse = np.linalg.pinv(bend)
    return float(np.sqrt((inverse @ (pulls.T @ pulls) @ inverse)[1, 1]))


def _rates(logs: _Floats) -> _Floats:
    found: _Floats = np.exp(np.minimum(logs, _HIGHEST_LOG))  # a step of the search may go far astray
    return found


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
