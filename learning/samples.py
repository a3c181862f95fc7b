"""Feedback as samples: for each thing that a list showed, what its score was made of, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.recommendation_outcomes import Cited, Outcome
from graph.rules.behaviour import Kind

LONG_VIEW_MS = 15_000
_GAINS: Mapping[Kind, int] = {
    Kind.CLICK: 1,
    Kind.VIEW: 1,
    Kind.FOLLOW: 2,
    Kind.LIKE: 3,
    Kind.COLLECT: 3,
    Kind.CART_ADD: 3,
    Kind.PURCHASE: 4,
}
"""What an act is worth; a thing is worth the best that was done with it, and nothing once it was hidden."""
_LONG_VIEW = 2
HIGHEST = 4


@dataclass(frozen=True, slots=True)
class Samples:
    """Lists by time, each with the things that were looked at, in the order in which they stood.

    `features` has shape (things, names), NaN where a thing has no such feature; `gains` (0 to 4) and `places` (from 0)
    have one number for each thing, `sizes`, `viewers` (numbers of people) and `times` (epoch ms) one for each list.
    """

    names: tuple[str, ...]
    features: NDArray[np.float32]
    gains: NDArray[np.int32]
    places: NDArray[np.int32]
    sizes: NDArray[np.int64]
    viewers: NDArray[np.int64]
    times: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sizes)

    def part(self, first: int, last: int) -> Samples:
        """The lists from number `first` to before `last`."""
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        rows, lists = slice(starts[first], starts[last]), slice(first, last)
        return Samples(
            self.names, self.features[rows], self.gains[rows], self.places[rows], self.sizes[lists],
            self.viewers[lists], self.times[lists],
        )  # fmt: skip

    def after(self, moment: int) -> Samples:
        """The lists that were given later than then (epoch ms)."""
        return self.part(int(np.searchsorted(self.times, moment, side="right")), len(self))


class Gathering:
    """Samples that grow by one list after the other, in any order."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._lists: list[_List] = []

    def add(self, outcome: Outcome) -> None:
        """Takes a list up if something in it was taken up and something else was not."""
        told: dict[str, list[Cited]] = {}
        for event in outcome.events:
            told.setdefault(event.subject_id, []).append(event)
        things = []
        for number, item in enumerate(outcome.items):
            if item.id in told:
                place = next((one.position for one in told[item.id] if one.position is not None), number)
                things.append((place, _gain(told[item.id]), self._row(item.features)))
        if len({gain for _, gain, _ in things}) > 1:
            things.sort(key=lambda one: one[0])
            viewer = self._people.setdefault(outcome.viewer_id, len(self._people))
            self._lists.append(_List(viewer, outcome.at, *zip(*things, strict=True)))

    def samples(self) -> Samples:
        """All that was taken up, in the order of time."""
        lists = sorted(self._lists, key=lambda one: (one.at, one.viewer))
        rows = [row for one in lists for row in one.rows]
        features = np.full((len(rows), len(self._columns)), np.nan, dtype=np.float32)
        for number, row in enumerate(rows):
            features[number, : len(row)] = row
        return Samples(
            names=tuple(self._columns),
            features=features,
            gains=np.array([gain for one in lists for gain in one.gains], dtype=np.int32),
            places=np.array([place for one in lists for place in one.places], dtype=np.int32),
            sizes=np.array([len(one.rows) for one in lists], dtype=np.int64),
            viewers=np.array([one.viewer for one in lists], dtype=np.int64),
            times=np.array([one.at for one in lists], dtype=np.int64),
        )

    def _row(self, features: Mapping[str, float]) -> NDArray[np.float32]:
        """The features by column; columns that come up later are not in it."""
        for name in features:
            self._columns.setdefault(name, len(self._columns))
        row = np.full(len(self._columns), np.nan, dtype=np.float32)
        for name, value in features.items():
            row[self._columns[name]] = value
        return row


@dataclass(frozen=True, slots=True)
class _List:
    """What was looked at of a list, in its order."""

    viewer: int
    at: int
    places: Sequence[int]
    gains: Sequence[int]
    rows: Sequence[NDArray[np.float32]]


def _gain(events: Sequence[Cited]) -> int:
    """What came of a thing from when it was first shown on."""
    shown = min((one.at for one in events if one.kind is Kind.IMPRESSION), default=0)
    later = [one for one in events if one.at >= shown]
    if any(one.kind is Kind.HIDE for one in later):
        return 0
    return max((_worth(one) for one in later), default=0)


def _worth(one: Cited) -> int:
    if one.kind is Kind.VIEW and (one.dwell_ms or 0) >= LONG_VIEW_MS:
        return _LONG_VIEW
    return _GAINS.get(one.kind, 0)
