"""Trains an order by LambdaRank on gradient-boosted trees (Burges, MSR-TR-2010-82; Ke et al., NIPS 2017: LightGBM).

Lists are split by time: the earliest train, the next say when to stop, the latest are replayed. LightGBM estimates what
a place by itself does to being taken up, and takes that out of what it learns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graph.errors import Conflict
from learning.places import power
from learning.replay import Evaluation, replay
from learning.samples import HIGHEST, Samples

FEWEST_LISTS = 200
_TRAIN, _STOP = 0.6, 0.2  # shares of the lists; the rest is replayed
_MOST_TREES = 400
_PATIENCE = 40
_PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "metric": "ndcg",
    "eval_at": [10],
    "label_gain": [2**gain - 1 for gain in range(HIGHEST + 1)],
    "lambdarank_position_bias_regularization": 1.0,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.9,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 20_261_101,
    "verbosity": -1,
}


@dataclass(frozen=True, slots=True)
class Trained:
    """A model as LightGBM's text, the names of its features in order, and how it did on lists later than those it saw.

    `lists` is how many there were in all, `until` when the last was given that it learned from (epoch ms).
    """

    names: tuple[str, ...]
    text: str
    lists: int
    until: int
    evaluation: Evaluation

    def judged(self, evaluation: Evaluation) -> Trained:
        """The model with a later evaluation."""
        return replace(self, evaluation=evaluation)


def train(samples: Samples) -> Trained:
    """A model of the samples, the same for the same samples. Raises Conflict for fewer than 200 lists."""
    import lightgbm  # only here: the service does without until a model is enabled

    if len(samples) < FEWEST_LISTS:
        raise Conflict(
            f"{len(samples):,} lists tell what was taken up and what was not; {FEWEST_LISTS:,} are needed to learn"
        )
    first, second = int(len(samples) * _TRAIN), int(len(samples) * (_TRAIN + _STOP))
    learned, stopping, later = samples.part(0, first), samples.part(first, second), samples.part(second, len(samples))
    data = _dataset(learned)
    booster = lightgbm.train(
        _PARAMETERS,
        data,
        num_boost_round=_MOST_TREES,
        valid_sets=[_dataset(stopping, data)],
        callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False)],
    )
    scores = np.asarray(booster.predict(later.features, num_threads=1), dtype=np.float64)
    text: str = booster.model_to_string(num_iteration=booster.best_iteration)
    evaluation = replay(later, scores, power=power(learned))
    return Trained(samples.names, text, len(samples), int(samples.times[second - 1]), evaluation)


def _dataset(samples: Samples, like: Any = None) -> Any:
    import lightgbm  # as above

    return lightgbm.Dataset(
        samples.features,
        label=samples.gains,
        group=samples.sizes,
        # Places far down are rare: their effect is that of the last that is told apart.
        position=np.minimum(samples.places, 50) if like is None else None,
        feature_name=list(samples.names),
        reference=like,
        free_raw_data=False,
    )
