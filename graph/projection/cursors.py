"""Opaque keyset cursors: the sort key of the last thing seen, so that a page neither skips nor repeats."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from graph.errors import Invalid
from graph.projection.mapping import Kind

_CLASSES: dict[Kind, type] = {"string": str, "integer": int, "float": float, "datetime": str, "boolean": bool}
_MAX_LENGTH = 500
# Times as Cypher's toString writes them: seconds and fractions only where they are not zero.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?Z", re.ASCII)


def _check(key: Any, kind: Kind) -> None:
    """Returns when the database can take the key. Raises ValueError."""
    if kind == "integer" and not -(2**63) <= key < 2**63:
        raise ValueError(key)
    if kind == "datetime":
        if not _TIME.fullmatch(key):
            raise ValueError(key)
        datetime.fromisoformat(key[:16])


def encode(keys: Sequence[Any]) -> str:
    """The cursor that stands for these sort keys (times as RFC 3339 text)."""
    return urlsafe_b64encode(orjson.dumps(keys)).rstrip(b"=").decode()


def decode(cursor: str, kinds: Sequence[Kind], argument: str) -> list[Any]:
    """The sort keys in a cursor. Raises Invalid for one that no connection of this order has given out."""
    try:
        if len(cursor) > _MAX_LENGTH:
            raise ValueError(cursor)
        keys = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(keys, list) or [type(key) for key in keys] != [_CLASSES[kind] for kind in kinds]:
            raise ValueError(cursor)
        for key, kind in zip(keys, kinds, strict=True):
            _check(key, kind)
    except (ValueError, binascii.Error):
        raise Invalid(
            f"{argument} is not a cursor of this connection; pass an endCursor or startCursor it returned",
            field=(argument,),
        ) from None
    return keys
