"""Vector spaces: which vectors may be compared, and the names that each space has in the graph."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LABELS = ("Note", "Product", "Brand", "Topic", "User")
"""What has vectors."""

_KEY = re.compile(r"[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Space:
    """What makes vectors comparable: two are if, and only if, their spaces are equal."""

    model: str
    runtime: str
    """What ran the model, with whatever changes its vectors: a version, a quantization, a digest of the weights."""
    dimensions: int

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits, part of the names of the space's properties and indexes."""
        named = "\n".join((self.model, self.runtime, str(self.dimensions)))
        return hashlib.sha256(named.encode()).hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.model} ({self.runtime}, {self.dimensions} dimensions)"


def vector_property(key: str) -> str:
    """The property that holds a node's vector of that space."""
    return f"embedding_{checked(key)}"


def mark_property(key: str) -> str:
    """The property that holds the digest of the text which that vector is of."""
    return f"embedded_{checked(key)}"


def vector_index(key: str, label: str) -> str:
    """The vector index of a label in that space. Raises ValueError for a label that has none."""
    if label not in LABELS:
        raise ValueError(f"{label} has no vectors")
    return f"{label.lower()}_embedding_{checked(key)}"


def checked(key: str) -> str:
    """The key, once it is sure that it can stand in a name. Raises ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a vector space")
    return key
