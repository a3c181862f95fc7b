"""Vector spaces: which vectors may be compared, and the names that each space has in the graph."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Space:
    """What makes vectors comparable: two are if, and only if, their spaces are equal."""

    model: str
    runtime: str
    """What ran the model, with whatever changes its vectors: a version, a quantization, a digest of the weights."""
    dimensions: int

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits, part of the names of the space's property and indexes."""
        named = "\n".join((self.model, self.runtime, str(self.dimensions)))
        return hashlib.sha256(named.encode()).hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.model} ({self.runtime}, {self.dimensions} dimensions)"
