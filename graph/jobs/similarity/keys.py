"""Keys: one number for each thing that changes whenever what its edges are computed from changes.

Co-occurrence with a thing depends on who took it up, and on everything that these took up. A person's key is a sum over
their acts; a thing's key is a sum over the keys of those who took it up. So what anybody adds or takes back changes the
keys of all that they took up, before and after, and a thing whose key is as it was has the co-occurrences that it had.
Sums are modulo 2^64 of well-mixed numbers, so that a change goes unseen about once in 2^64 times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from graph.jobs.similarity.matrix import Acts

Keys = npt.NDArray[np.int64]
_Mixed = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from what is known: places of things that are new or have another key, and ids that are gone."""

    places: npt.NDArray[np.int64]
    gone: frozenset[str]

    def stale(self, ids: Sequence[str]) -> frozenset[str]:
        """The ids of all of it, where those of the things are given."""
        return self.gone.union(ids[at] for at in self.places)


def change(known: Mapping[str, int | None], ids: Sequence[str], keys: Keys) -> Change:
    """What changed since the keys were noted that are known by id."""
    places = [at for at, one in enumerate(ids) if known.get(one) != keys[at]]
    return Change(np.array(places, np.int64), frozenset(known.keys() - set(ids)))


def keys_of_people(acts: Acts) -> Keys:
    """Each person's key, in the order of `acts.people`."""
    return _of_people(acts).view(np.int64)


def keys_of_things(acts: Acts) -> Keys:
    """Each thing's key, in the order of `acts.things`."""
    columns = acts.values.tocsc()
    return _sums(_of_people(acts)[columns.indices], columns.indptr).view(np.int64)


def _of_people(acts: Acts) -> _Mixed:
    values = acts.values
    weights = np.ascontiguousarray(values.data, np.float64).view(np.uint64)
    taken = _mixed(_hashed(acts.things)[values.indices] ^ _mixed(weights))
    return _mixed(_sums(taken, values.indptr) ^ _hashed(acts.people))


def _hashed(ids: Sequence[str]) -> _Mixed:
    found = b"".join(blake2b(one.encode(), digest_size=8).digest() for one in ids)
    return np.frombuffer(found, np.uint64)


def _sums(values: _Mixed, bounds: npt.NDArray[np.int32]) -> _Mixed:
    """The sums of the stretches between the bounds; empty ones are 0."""
    whole = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    found: _Mixed = whole[bounds[1:]] - whole[bounds[:-1]]
    return found


def _mixed(values: _Mixed) -> _Mixed:
    """Each number with every bit depending on every other (the finalizer of SplitMix64: Steele et al., OOPSLA 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
