"""The job that keeps what is suggested while somebody types: every name in each of its spellings, by popularity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graph import outbox
from graph.database import Database
from graph.rules.suggesting import spellings
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_FORGET = STATEMENTS["forget_suggestions"]
_KEEP_QUERIES = STATEMENTS["keep_queries"]
_BATCH = 500
EVENT = "suggestions"
EVERY = timedelta(hours=6)
STEP = 4_000
"""Things that one event of the worker looks at."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is suggested of one kind: the statement that finds it, and its label (None: a query names nothing)."""

    kind: str
    find: Statement
    label: str | None


_SOURCES = (
    Source("category", STATEMENTS["categories_to_suggest"], "Category"),
    Source("topic", STATEMENTS["topics_to_suggest"], "Topic"),
    Source("brand", STATEMENTS["brands_to_suggest"], "Brand"),
    Source("product", STATEMENTS["products_to_suggest"], "Product"),
    Source("person", STATEMENTS["people_to_suggest"], "User"),
    Source("query", STATEMENTS["queries_to_suggest"], None),
)


def _keeping(label: str) -> Statement:
    found = STATEMENTS["keep_suggestions"]
    text = found.text.replace("$label", label)
    return Statement(f"{found.name}_{label.lower()}", "write", text, found.about, found.source)


KEEP: Mapping[str | None, Statement] = {
    one.label: _keeping(one.label) if one.label else _KEEP_QUERIES for one in _SOURCES
}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a run has come: when it began, the kind it is at, and the last thing it looked at."""

    begun: datetime
    kind: int = 0
    after: str = ""


async def suggestions(database: Database) -> str:
    """Renews all suggestions, forgets those of what is gone, and tells how many there are."""
    place: Place | None = Place(datetime.now(UTC))
    kept = 0
    while place is not None:
        place, added = await step(database, place)
        kept += added
    return f"{kept:,} suggestions kept"


async def step(database: Database, place: Place, *, most: int = STEP, people: int = 5) -> tuple[Place | None, int]:
    """Where the run goes on after up to `most` things (None: it is over), and how many suggestions it kept.

    Queries are suggested that at least `people` different people asked on one day.
    """
    kept = 0
    for kind, source in enumerate(_SOURCES[place.kind :], place.kind):
        after = place.after if kind == place.kind else ""
        while found := await database.rows(source.find, after=after, batch=_BATCH, people=people):
            made = [one for row in found for one in _made(row)]
            await database.row(KEEP[source.label], suggestions=made, kind=source.kind, now=place.begun)
            after, kept, most = found[-1]["id"], kept + len(made), most - len(found)
            if most <= 0:
                return Place(place.begun, kind, after), kept
    await database.batches(_FORGET, before=place.begun)
    return None, kept


def _made(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    seen = set[str]()
    for name in row["names"]:
        for one in spellings(name or ""):
            if one.key not in seen:
                seen.add(one.key)
                digest = hashlib.sha256(f"{row['id']}\n{one.key}".encode()).hexdigest()[:32]
                yield {
                    "id": f"suggestion_{digest}",
                    "subject": row["id"],
                    "text": name,
                    "key": one.key,
                    "head": one.key[0],
                    "spelt": one.spelt,
                    "weight": float(row["degree"]),
                }


async def schedule(database: Database, *, now: datetime, after: timedelta = EVERY) -> None:
    """Has a worker begin a run then, whoever asked before."""
    await _emit(database, Place(now + after), now=now, available_at=now + after)


async def go_on(database: Database, place: Place, *, now: datetime, people: int) -> None:
    """Does one step of a run, and has the next one done, or the next run begun."""
    following, _ = await step(database, place, people=people)
    if following is None:
        await schedule(database, now=now)
    else:
        await _emit(database, following, now=now, available_at=now)


async def _emit(database: Database, place: Place, *, now: datetime, available_at: datetime) -> None:
    data: dict[str, outbox.Scalar] = {"begun": place.begun.isoformat(), "kind": place.kind, "after": place.after}
    await database.unit(
        lambda tx: outbox.emit(tx, kind=EVENT, key=EVENT, data=data, now=now, available_at=available_at)
    )


def place_of(data: Mapping[str, Any]) -> Place:
    """The place that an event tells."""
    return Place(datetime.fromisoformat(str(data["begun"])), int(data["kind"]), str(data["after"]))
