"""Opaque keyset cursors: the sort key of the last thing seen, so that a page neither skips nor repeats."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from graph.errors import Invalid
from graph.projection.mapping import Kind

_CLASSES: dict[Kind, type] = {"string": str, "integer": int, "float": float, "datetime": str, "boolean": bool}
_MAX_LENGTH = 500


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
            if kind == "datetime":
                datetime.fromisoformat(key)
    except (ValueError, binascii.Error):
        raise Invalid(
            f"{argument} is not a cursor of this connection; pass an endCursor or startCursor it returned",
            field=(argument,),
        ) from None
    return keys
