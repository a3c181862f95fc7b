"""All that people did, as one stream of events: what clients told, and the acts that the graph itself knows of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_PAGE_OF_PEOPLE = STATEMENTS["page_of_people"]
_BEHAVIOUR = STATEMENTS["behaviour_of_people"]
_ACTS = STATEMENTS["acts_of_people"]
_PEOPLE_PER_PAGE = 500


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a person did. Times are epoch milliseconds; `event_id` is None for an act, which `part` tells
    from another of the same kind, subject and moment."""

    user_id: str
    kind: str
    subject_id: str
    at: int
    received_at: int
    event_id: str | None = None
    part: str = ""
    dwell_ms: int | None = None
    recommendation_id: str | None = None
    position: int | None = None
    surface: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """People by id, behind `after` up to `last`, and how many they are."""

    after: str
    last: str
    people: int


async def ranges(database: Database) -> AsyncIterator[Range]:
    """Everybody, a range of ids after the other."""
    after = ""
    while (row := await database.row(_PAGE_OF_PEOPLE, after=after, batch=_PEOPLE_PER_PAGE)) and row["people"]:
        yield Range(after, row["last"], row["people"])
        after = row["last"]


async def done(database: Database, of: Range, *, since: datetime, until: datetime) -> AsyncIterator[Done]:
    """What the people of a range did from `since` to before `until`, fetched as it is consumed, in no order.

    What clients told comes of those alone who let it be kept now.
    """
    for statement in (_BEHAVIOUR, _ACTS):
        async for row in database.stream(statement, after=of.after, last=of.last, since=since, until=until):
            yield Done(**dict(row))
