"""Which queries may be remembered, and how those who asked are told apart without being known."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date

LONGEST = 60
_ADDRESS = re.compile(r"@|https?:|www\.|\w\.(?:com|cn|net|org|io)\b")
# Telephone, card and identity numbers, whatever parts them; ids of things, and what else is long and has digits.
_DIGITS = re.compile(r"(?:\d[\s.-]?){6,}")
_LONG_WORD = re.compile(r"(?=\w*\d)[a-z0-9_]{20,}|[a-z]+_[0-9a-z]{8,}")


def rememberable(key: str) -> bool:
    """Whether a query, in its one spelling, is no address, number or id that could name somebody."""
    if not 1 <= len(key) <= LONGEST:
        return False
    return not (_ADDRESS.search(key) or _DIGITS.search(key) or _LONG_WORD.search(key))


def fingerprint(secret: bytes, *, day: date, key: str, person: str) -> str:
    """What tells one person from another for one query on one day, and means nothing beside another query or day."""
    told = "\n".join((day.isoformat(), key, person)).encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:16]
