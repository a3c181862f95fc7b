"""What came of the lists that were recommended, as far as people let that be kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from graph.database import Database
from graph.recommendation_lists import Recommended
from graph.rules.behaviour import Kind
from graph.statements import beside

STATEMENTS = beside(__file__)
_OUTCOMES = STATEMENTS["recommendation_outcomes"]


@dataclass(frozen=True, slots=True)
class Cited:
    """What somebody did with a thing of a list, when (epoch ms), and the place that their client says it had."""

    kind: Kind
    subject_id: str
    at: int
    position: int | None = None
    dwell_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A list as it was given, to whom and when (epoch ms), and what its viewer told of it, in no order."""

    id: str
    viewer_id: str
    at: int
    items: Sequence[Recommended]
    events: Sequence[Cited]


async def outcomes(database: Database, *, surface: str, since: datetime) -> AsyncIterator[Outcome]:
    """The lists of the surface that were given since then and of which something was told, as they are consumed."""
    async for row in database.stream(_OUTCOMES, surface=surface, since=since):
        items = zip(row["ids"], row["scores"], orjson.loads(row["features"]), strict=True)
        events = [Cited(Kind(kind), *rest) for kind, *rest in row["events"]]
        yield Outcome(row["id"], row["viewer_id"], row["at"], [Recommended(*one) for one in items], events)
