"""What of a thing is encoded: one text for each, and a digest that changes exactly when the text does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

# What a sentence encoder reads is 512 tokens: about as many characters of Chinese, more of English.
LONGEST = 1_000


def text_of(parts: Iterable[str | Sequence[str | None] | None]) -> str:
    """The parts that say something, most telling first, a line each, cut where encoders stop reading.

    A part is a text or several words, such as topics.
    """
    said = (part if isinstance(part, str) else " ".join(filter(None, part)) for part in parts if part)
    return "\n".join(filter(None, (" ".join(one.split()) for one in said)))[:LONGEST]


def digest(text: str) -> str:
    """Sixteen hexadecimal digits of the text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
