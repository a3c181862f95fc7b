"""Ids in the shape of UUIDv7, a function of kind, row, time and seed: nothing to store, equal everywhere."""

from __future__ import annotations

import numpy as np

from datasets.demo.draws import Ints, mixed
from graph.model import NODE_BY_LABEL

_U = np.uint64
_HEX = 32


def ids(label: str, rows: Ints, times: Ints, seed: int) -> list[str]:
    """`prefix_` + 32 hex digits each: 48 bits of `times` (ms), then version, variant and 74 seeded bits.

    The same row at the same time always has the same id, so ends of relationships are derived, not looked up.
    """
    salt = sum(ord(letter) << (5 * place) for place, letter in enumerate(label)) + seed * 1_000_003
    first, second = mixed(rows, salt), mixed(rows, salt + 1)
    halves = np.empty((len(rows), 2), dtype=">u8")
    halves[:, 0] = (np.asarray(times, dtype=np.uint64) << _U(16)) | _U(0x7000) | (first & _U(0x0FFF))
    halves[:, 1] = _U(0x8000000000000000) | (second & _U(0x3FFFFFFFFFFFFFFF))
    text = halves.tobytes().hex()
    prefix = NODE_BY_LABEL[label].prefix + "_"
    return [prefix + text[place : place + _HEX] for place in range(0, len(text), _HEX)]
