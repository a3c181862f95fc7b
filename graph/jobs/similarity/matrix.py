"""Who took up what, as a sparse matrix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats: TypeAlias = npt.NDArray[np.float64]
Matrix: TypeAlias = sp.csr_matrix


@dataclass(frozen=True, slots=True)
class Acts:
    """People by things: weights from 0 to 1 of what each took up (`values`: people x things), and the ids of both."""

    people: list[str]
    things: list[str]
    values: Matrix

    @property
    def of_people(self) -> Floats:
        """The sum of each person's weights, at least 1."""
        return np.maximum(np.asarray(self.values.sum(axis=1), np.float64).ravel(), 1.0)

    @property
    def of_things(self) -> Floats:
        """The sum of each thing's weights, at least 1."""
        return np.maximum(np.asarray(self.values.sum(axis=0), np.float64).ravel(), 1.0)

    def fingerprint(self) -> str:
        """The same for the same acts, in hexadecimal."""
        digest = hashlib.sha256("\n".join(self.things).encode())
        for part in (self.values.indptr, self.values.indices, self.values.data):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:32]


class Reading:
    """Collects acts one by one; of several by one person with one thing, the weightiest counts."""

    def __init__(self) -> None:
        self._people: dict[str, int] = {}
        self._things: dict[str, int] = {}
        self._weights: dict[tuple[int, int], float] = {}

    def add(self, person: str, thing: str, weight: float) -> None:
        """One act."""
        at = self._people.setdefault(person, len(self._people)), self._things.setdefault(thing, len(self._things))
        self._weights[at] = max(weight, self._weights.get(at, 0.0))

    def acts(self) -> Acts:
        """All of them, people and things in the order of their ids."""
        people, things = sorted(self._people), sorted(self._things)
        row = _places(self._people, people)
        column = _places(self._things, things)
        pairs = np.array(list(self._weights), np.int64).reshape(-1, 2)
        weights = np.fromiter(self._weights.values(), np.float64, len(self._weights))
        shape = (len(people), len(things))
        values = sp.csr_matrix((weights, (row[pairs[:, 0]], column[pairs[:, 1]])), shape=shape)
        values.sort_indices()
        return Acts(people, things, values)


def _places(numbered: dict[str, int], ordered: list[str]) -> npt.NDArray[np.int64]:
    """By first number, the place in the order."""
    places = np.zeros(len(ordered), np.int64)
    for at, one in enumerate(ordered):
        places[numbered[one]] = at
    return places
