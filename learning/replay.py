"""Whether another order of what was shown would have been better, as far as what was taken up can tell.

A list is replayed with the things that were looked at. What stood further down is taken up less for that alone, so what
was taken up there speaks for more: each gain is divided by (1 + place)^-power, which `learning.places` measures, and
such weights are cut off, which favours the logged order a little (Joachims, Swaminathan, Schnabel: Unbiased
Learning-to-Rank with Biased Feedback, WSDM 2017). NDCG is the sum of the lists' discounted gains over the sum of their
best possible ones, so that an order without skill gains nothing by chance. The interval is a bootstrap over people,
whose lists resemble each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from learning.samples import Samples

HEAVIEST = 10.0
_RESAMPLES = 2_000
_OUTSIDE = 0.05
_SEED = 20_261_101
FEWEST_LISTS = 100

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """NDCG of the logged order and of the model's over so many lists of so many people, and their difference.

    `low` and `high` bound its interval of 95 %; `power` is what a place by itself does, 0 for nothing.
    """

    lists: int
    people: int
    logged: float
    model: float
    difference: float
    low: float
    high: float
    power: float

    @property
    def won(self) -> bool:
        """Whether the model is better, and not by luck."""
        return self.lists >= FEWEST_LISTS and self.low > 0.0


def replay(samples: Samples, scores: Scores, *, power: float) -> Evaluation:
    """The logged order beside that of the `scores`, one for each thing of the samples; ties stay as they were."""
    weights = np.minimum((1.0 + samples.places) ** power, HEAVIEST)
    worth = (2.0**samples.gains - 1.0) * weights
    starts = np.concatenate([[0], np.cumsum(samples.sizes)])
    logged, model, best = (np.zeros(len(samples)) for _ in range(3))
    for number, (start, end) in enumerate(pairwise(starts)):
        gains = worth[start:end]
        discounts = 1.0 / np.log2(2.0 + np.arange(len(gains)))
        logged[number] = gains @ discounts
        model[number] = gains[np.argsort(-scores[start:end], kind="stable")] @ discounts
        best[number] = np.sort(gains)[::-1] @ discounts
    people, member = np.unique(samples.viewers, return_inverse=True)
    sums = np.array([np.bincount(member, one, minlength=len(people)) for one in (logged, model, best)])
    low, high = _interval(*sums)
    total = best.sum() or 1.0
    of_logged, of_model = float(logged.sum() / total), float(model.sum() / total)
    return Evaluation(len(samples), len(people), of_logged, of_model, of_model - of_logged, low, high, power)


def _interval(logged: Scores, model: Scores, best: Scores) -> tuple[float, float]:
    """Bounds of the difference, drawing as many people as there are, with repetition."""
    if not best.sum():
        return 0.0, 0.0
    chance = np.random.Generator(np.random.PCG64(_SEED))
    found = np.empty(_RESAMPLES)
    for draw in range(_RESAMPLES):
        people = chance.integers(0, len(best), len(best))
        found[draw] = (model[people].sum() - logged[people].sum()) / (best[people].sum() or 1.0)
    low, high = np.quantile(found, [_OUTSIDE / 2, 1.0 - _OUTSIDE / 2])
    return float(low), float(high)
