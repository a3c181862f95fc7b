"""Seeded draws that come out equal on every machine.

Only whole numbers, division and square roots (exact under IEEE 754) decide anything here: `exp`, `log` and
`pow` differ in the last bit between processors, and one such bit would change the whole community.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_U = np.uint64


def whole(values: Any) -> Ints:
    """The values as an int64 array."""
    return np.asarray(values, dtype=np.int64)


class Draws:
    """One independent stream of PCG64, named, so that adding a stage does not shift the others."""

    def __init__(self, seed: int, *names: str | int) -> None:
        digest = hashlib.sha256("/".join([str(seed), *map(str, names)]).encode()).digest()
        self._numpy = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))

    def below(self, high: Any, size: int | None = None) -> Ints:
        """Uniform integers in [0, high); `high` is one number with a `size`, or one number per draw (>= 1)."""
        return whole(self._numpy.integers(0, high, size=size, dtype=np.int64))

    def between(self, low: Any, high: Any, size: int | None = None) -> Ints:
        """Uniform integers in [low, high), element by element; an empty range gives `low`."""
        start, end = whole(low), whole(high)
        return whole(start + self._numpy.integers(0, np.maximum(end - start, 1), size=size, dtype=np.int64))

    def chance(self, permille: Any, size: int | None = None) -> Mask:
        """True with that probability in thousandths; one number with a `size`, or one number per draw."""
        permille = whole(permille)
        rolled = self._numpy.integers(0, 1000, size=permille.shape if size is None else size, dtype=np.int64)
        return np.asarray(rolled < permille, dtype=np.bool_)

    def table(self, values: Any, size: int) -> Ints:
        """`size` picks from a short table: a distribution written as its quantiles."""
        quantiles = whole(values)
        return whole(quantiles[self.below(len(quantiles), size)])

    def weighted(self, cumulative: Ints, size: int) -> Ints:
        """Indexes drawn in proportion to the steps of the cumulative integer weights."""
        return whole(np.searchsorted(cumulative, self.below(int(cumulative[-1]), size), side="right"))

    def weighted_within(self, cumulative: Ints, low: Ints, high: Ints) -> Ints:
        """Like `weighted`, each draw kept to the index range [low, high); an empty range gives -1."""
        padded = np.concatenate([whole([0]), cumulative])
        start, end = padded[low], padded[high]
        drawn = np.searchsorted(cumulative, self.between(start, end), side="right")
        return whole(np.where(end > start, drawn, -1))

    def shuffled(self, count: int) -> Ints:
        """The numbers 0..count-1 in random order."""
        return whole(self._numpy.permutation(count))

    def words(self, count: int, width: int) -> list[list[int]]:
        """`count` rows of `width` non-negative 31-bit integers: the dice a text is composed with."""
        rolled: list[list[int]] = self._numpy.integers(0, 2**31, size=(count, width), dtype=np.int64).tolist()
        return rolled


def mixed(values: Any, salt: int) -> npt.NDArray[np.uint64]:
    """A well-spread 64-bit hash per value (splitmix64): repeatable randomness without keeping a stream."""
    with np.errstate(over="ignore"):
        z = np.asarray(values, dtype=np.uint64) + _U((salt * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64)
        z = (z ^ (z >> _U(30))) * _U(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> _U(27))) * _U(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> _U(31)))


def power_weights(ranks: Any, offset: int = 2) -> Ints:
    """Integer weights falling as one over the rank: few celebrities, a long tail. `offset` flattens the top."""
    return whole(1_000_000_000 // (whole(ranks) + offset))


def first_of_pairs(left: Ints, right: Ints, order: Ints) -> Ints:
    """Positions of the lowest `order` of each (left, right) pair, in the order given."""
    width = int(right.max(initial=0)) + 1
    key = left * width + right
    by_key = np.lexsort((order, key))
    fresh = np.ones(len(by_key), dtype=bool)
    fresh[1:] = key[by_key][1:] != key[by_key][:-1]
    return np.sort(by_key[fresh])


def ragged(counts: Ints) -> tuple[Ints, Ints]:
    """For `counts` members per owner: the owner of each member, and its place 0.. within the owner."""
    owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    starts = np.cumsum(counts) - counts
    return owners, np.arange(len(owners), dtype=np.int64) - np.repeat(starts, counts)


def starts_of(counts: Ints) -> Ints:
    """Offsets of each owner's first member, and the total at the end: the index of a ragged array."""
    return np.concatenate([whole([0]), np.cumsum(counts)])
