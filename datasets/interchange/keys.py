"""Ids as 64-bit hashes in sorted arrays: 16 bytes a node, whatever the length of its id.

Two different ids among n share a hash with probability n² / 2⁶⁵ (3 in 10⁸ for a million). A collision would be told
of as a duplicate, never import wrong data unseen: a hash that occurs twice in a file is always refused. The seed
differs from process to process, so that nobody can prepare a file with collisions.
"""

from __future__ import annotations

import hashlib
import os
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes: TypeAlias = npt.NDArray[np.uint64]
Rows: TypeAlias = npt.NDArray[np.int64]
_SEED = np.uint64(int.from_bytes(os.urandom(8), "little"))
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_LONGEST = 512  # bytes; a longer text is hashed one by one, as a matrix of them would be too wide


def hashes(column: pa.Array) -> Hashes:
    """One hash a row; that of null is 0."""
    column = column.cast(pa.large_string())
    rows = len(column)
    offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + rows + 1]
    lengths = np.diff(offsets)
    if rows == 0 or int(lengths.max()) > _LONGEST:
        return np.array([_one(value) for value in column.to_pylist()], np.uint64)
    data = column.buffers()[2]
    texts = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]] if data else np.zeros(0, np.uint8)
    words = _words(texts, lengths)
    with np.errstate(over="ignore"):
        mixed = _SEED ^ (lengths.astype(np.uint64) * _ODD)
        for place in range(words.shape[1]):
            mixed = (mixed ^ words[:, place]) * _ODD
            mixed ^= mixed >> np.uint64(29)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
        mixed ^= mixed >> np.uint64(31)
    if column.null_count:
        mixed[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return mixed


def pair_hashes(start: Hashes, end: Hashes) -> Hashes:
    """One hash for each pair of hashes; their order counts."""
    with np.errstate(over="ignore"):
        mixed = (start * _ODD) ^ (end + (start >> np.uint64(7)))
        mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
        return mixed ^ (mixed >> np.uint64(29))


def repeated(keys: Hashes) -> Rows:
    """The rows whose key stood in an earlier row; keys of 0 (absent) never count."""
    ordered = np.sort(keys)
    twice = np.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])
    if not len(twice):
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(np.isin(keys, twice))
    _, first = np.unique(keys[rows], return_index=True)
    return np.delete(rows, first)


class KeyIndex:
    """Where each key stands: look-ups by binary search in a sorted array."""

    def __init__(self, keys: Hashes) -> None:
        self._order = np.argsort(keys, kind="stable").astype(np.int64)
        self._sorted = keys[self._order]

    def __len__(self) -> int:
        return len(self._sorted)

    def rows(self, keys: Hashes) -> Rows:
        """The first row of each key, -1 for a key that is not there (and for 0)."""
        if not len(self._sorted):
            return np.full(len(keys), -1, np.int64)
        # Searching in rising order keeps the search within the processor's cache.
        rising = np.argsort(keys)
        places = np.empty(len(keys), np.int64)
        places[rising] = np.searchsorted(self._sorted, keys[rising])
        places[places == len(self._sorted)] = 0
        found = (self._sorted[places] == keys) & (keys != 0)
        rows: Rows = np.where(found, self._order[places], -1)
        return rows


def _one(value: str | None) -> int:
    if value is None:
        return 0
    key = int(_SEED).to_bytes(8, "little")
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8, key=key).digest(), "little")


def _words(texts: npt.NDArray[np.uint8], lengths: Rows) -> Hashes:
    """The texts, padded with zeros to whole words of 8 bytes, as a matrix of rows by words."""
    longest = int(lengths.max())
    wide = np.zeros((len(lengths), (longest + 7) // 8 * 8), np.uint8)
    if int(lengths.min()) == longest:
        wide[:, :longest] = texts.reshape(len(lengths), longest)
    else:
        wide[np.arange(wide.shape[1]) < lengths[:, None]] = texts
    return wide.view(np.uint64)
