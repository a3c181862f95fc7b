"""Which part of a file a request asks for, and whether it has it already. Source: RFC 9110, sections 13 and 14."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.ASCII | re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')
_MAX_DIGITS = 18


class Unsatisfiable(Exception):
    """The range lies wholly behind the end of the file."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` up to `end` (exclusive); never empty."""

    start: int
    end: int


def asked_part(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for of `size` bytes, or None for all of it.

    None too for what is not one range of bytes: a server may pass over a Range header it does not understand, and one
    that asks for several. Raises Unsatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None or max(map(len, match.groups())) > _MAX_DIGITS:
        return None
    first, last = match[1], match[2]
    if not first and not last:
        return None
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise Unsatisfiable
    return Part(start, end)


def part_for(header: str | None, size: int, *, etag: str, if_range: str | None) -> Part | None:
    """As `asked_part`, but all of the file when If-Range names another one than `etag`."""
    if if_range is not None and if_range.strip() != etag:
        return None
    return asked_part(header, size)


def has_already(if_none_match: str | None, etag: str) -> bool:
    """Whether If-None-Match names this entity tag."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _ETAG.findall(if_none_match)
