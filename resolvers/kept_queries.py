"""Kept queries, saved or canned, answered within an operation: some rows, as they are shown in a page."""

from __future__ import annotations

from typing import Any

import orjson

from graph.console.formats import ENCODERS
from graph.console.reading import Question
from graph.errors import Conflict, Invalid
from graph.rules.access import Viewer
from resolvers.act import Services
from resolvers.console import Asked

MOST_ROWS = 1_000
_MOST_MB = 4


async def answer(services: Services, viewer: Viewer | None, question: Question, *, first: int) -> dict[str, Any]:
    """`columns`, `rows`, `truncated` and `summary` of the answer, at most `first` rows and 4 MB.

    Raises Invalid for a `first` out of bounds, Conflict where the service answers no Cypher, and as `Console.answer`.
    """
    if not 1 <= first <= MOST_ROWS:
        raise Invalid(f"first must be from 1 to {MOST_ROWS:,}", field=("first",))
    if services.console is None:
        raise Conflict("this service answers no Cypher")
    asker = await services.console.admit(viewer)
    encoder = ENCODERS["json"]()
    async with services.console.answer(asker.id, Asked(question, first, _MOST_MB), encoder) as reply:
        text = b"".join([piece async for piece in reply.delivery.pieces()])
    found: dict[str, Any] = orjson.loads(text)
    return found
