"""What of a note is computed rather than read."""

from __future__ import annotations

import re
from typing import Annotated, Any

import strawberry

_MARKS = "。！？!?…\n"
_SPACE = re.compile(r"\s+")

Length = Annotated[int, strawberry.argument(description="Most characters wanted, 1 to 1000.")]


async def excerpt(root: Any, length: Length = 120) -> str:
    """The start of the note's text as one line of at most `length` characters, with … where it was cut."""
    return cut(root.needs["text"], max(1, min(length, 1000)))


def cut(text: str, length: int) -> str:
    """The text's start, cut behind a sentence where one ends in its second half, else between words."""
    line = _SPACE.sub(" ", text).strip()
    if len(line) <= length:
        return line
    head = line[: length - 1]
    end = max(head.rfind(mark) for mark in _MARKS)
    if end >= length // 2:
        return head[: end + 1] + "…"
    space = head.rfind(" ")
    return (head[:space] if space >= length // 2 else head).rstrip() + "…"
