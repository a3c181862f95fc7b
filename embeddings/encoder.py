"""What every encoder of texts offers, and the vector space that it encodes into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graph.rules.spaces import Space

__all__ = ["AsyncEncoder", "Encoder", "EncoderUnavailable", "Space", "Vectors"]

Vectors = NDArray[np.float32]


class EncoderUnavailable(Exception):
    """No encoder of the space can be had now; the text says why."""


class Encoder(Protocol):
    """Encodes texts in one vector space. Callers of an event loop ask in another thread, or another process."""

    @property
    def space(self) -> Space:
        """Where its vectors belong."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, shape (texts, dimensions), each of unit length."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched for, shape (texts, dimensions), each of unit length."""


class AsyncEncoder(Protocol):
    """An encoder elsewhere, asked from an event loop. Every method raises EncoderUnavailable."""

    @property
    def ready(self) -> bool:
        """Whether it answers at once."""

    async def space(self) -> Space:
        """Where its vectors belong."""

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """As `Encoder.passages`."""

    async def queries(self, texts: Sequence[str]) -> Vectors:
        """As `Encoder.queries`."""

    async def close(self) -> None:
        """Ends it."""
