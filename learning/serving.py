"""Scores candidates by the model that is enabled, if there is one and it has won."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import Conflict
from learning.models import Models, must_win, read
from learning.replay import Scores
from learning.training import Trained

log = logging.getLogger(__name__)
_Version: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ranker:
    """A model that scores things by what their scores are made of."""

    names: tuple[str, ...]
    booster: Any

    def scores(self, things: Sequence[Mapping[str, float]]) -> list[float]:
        """A score for each thing by its features, in the same order; only the order of scores means anything."""
        rows = np.full((len(things), len(self.names)), np.nan, dtype=np.float32)
        for row, one in enumerate(things):
            for place, name in enumerate(self.names):
                rows[row, place] = one.get(name, np.nan)
        return [float(score) for score in self._predicted(rows)]

    def of_columns(self, names: Sequence[str], features: NDArray[np.float32]) -> Scores:
        """The same for features of shape (things, names)."""
        places = {name: place for place, name in enumerate(names)}
        absent = np.full(len(features), np.nan, dtype=np.float32)
        columns = [features[:, places[name]] if name in places else absent for name in self.names]
        return self._predicted(np.column_stack(columns))

    def _predicted(self, rows: NDArray[np.float32]) -> Scores:
        if not len(rows):
            return np.zeros(0)
        return np.asarray(self.booster.predict(rows, num_threads=1), dtype=np.float64)


def ranker(model: Trained) -> Ranker:
    """The model, ready to score. Raises Conflict when its text is no model of its features."""
    try:
        import lightgbm  # only here: the service does without until a model is enabled

        booster = lightgbm.Booster(model_str=model.text)
        names = tuple(booster.feature_name())
    except Exception as error:  # LightGBM raises errors of several kinds for a text that is none of its own
        raise Conflict(f"the model cannot be read: {type(error).__name__}") from None
    if names != model.names:
        raise Conflict("the model was trained on other features than its file names")
    return Ranker(model.names, booster)


@dataclass(slots=True)
class Serving:
    """The ranker of the enabled model, read again whenever its file changes; what cannot serve is told in the log."""

    models: Models
    _version: _Version | None = field(default=None, init=False)
    _ranker: Ranker | None = field(default=None, init=False)

    def ranker(self) -> Ranker | None:
        """The ranker, or None while no model may serve."""
        version = self._found()
        if version != self._version:
            self._version = version
            self._ranker = self._load() if version is not None else None
        return self._ranker

    def _found(self) -> _Version | None:
        try:
            stat = self.models.enabled.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _load(self) -> Ranker | None:
        try:
            model = read(self.models.enabled, self.models.surface)
            must_win(model.evaluation)
            return ranker(model)
        except Conflict as refusal:
            log.warning("the enabled model of %s does not serve: %s", self.models.surface, refusal.message)
            return None
