"""An encoder for tests that are not about encoding: letters in common make texts alike."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from embeddings.encoder import EncoderUnavailable, Space, Vectors

DIMENSIONS = 32


class FakeEncoder:
    """Vectors of how often each letter stands in a text; it remembers what it was asked for."""

    def __init__(self, source: str = "fake", *, threads: int = 1) -> None:
        self.source = source
        self.passages_asked: list[str] = []
        self.queries_asked: list[str] = []
        self.ready = True
        self.unavailable = False
        self.before: Callable[[], object] | None = None
        """Called before each batch of passages."""

    async def space(self) -> Space:
        """A space of its own for each source."""
        self._check()
        return Space(self.source, "fake", DIMENSIONS)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors, shape (texts, 32)."""
        self._check()
        if self.before is not None:
            self.before()
        await asyncio.sleep(0)
        self.passages_asked += texts
        return letters(texts)

    async def queries(self, texts: Sequence[str]) -> Vectors:
        """The same vectors as of passages."""
        self._check()
        self.queries_asked += texts
        return letters(texts)

    async def close(self) -> None:
        """Is of no use any more."""
        self.unavailable = True

    def _check(self) -> None:
        if self.unavailable:
            raise EncoderUnavailable(f"{self.source} is not there")


def letters(texts: Sequence[str]) -> Vectors:
    """How often letters stand in each text, as unit vectors."""
    found = np.full((len(texts), DIMENSIONS), 1e-3, dtype=np.float32)
    for row, text in enumerate(texts):
        for letter in text.lower():
            found[row, hashlib.sha256(letter.encode()).digest()[0] % DIMENSIONS] += 1
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)
