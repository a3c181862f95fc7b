"""What must follow a write: events appended in its transaction, and taken by workers until they are handled.

An event is handled at least once. Where its effect is in the graph, `complete` deletes it in the same transaction, and
it is handled exactly once: whoever lost the event meanwhile is refused before anything is written.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import uuid_utils

from graph.database import Database, Transaction
from graph.errors import Conflict, ZhongcaoError
from graph.ids import new_id
from graph.statements import beside

STATEMENTS = beside(__file__)
_EMIT = STATEMENTS["emit_event"]
_EMIT_ONCE = STATEMENTS["emit_event_once"]
_CLAIM = STATEMENTS["claim_events"]
_COMPLETE = STATEMENTS["complete_event"]
_FAIL = STATEMENTS["fail_event"]
_RELEASE = STATEMENTS["release_events"]
_RETRY_FAILED = STATEMENTS["retry_failed_events"]
_LAG = STATEMENTS["outbox_lag"]

MAX_ATTEMPTS = 10
_MAX_DATA_BYTES = 2_000
_MOST_COUNTED = 10_000
_FIRST_PAUSE_S = 4.0
_LONGEST_PAUSE_S = 3_600.0

Scalar = str | int | bool | None


class Lost(Conflict):
    """The event is no longer held: its lease ended, or it was emitted again."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event that a worker holds; `attempts` counts this one, `claim` proves that it is still held."""

    id: str
    kind: str
    data: Mapping[str, Scalar]
    created_at: datetime
    attempts: int
    claim: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim won, those due longest first; `contended` when others won some of it, so that more may be due."""

    events: tuple[Event, ...]
    contended: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """How far handling is behind: events due (counted up to 10,000), age of the oldest, events failed for good."""

    due: int
    oldest_s: float
    failed: int


async def emit(
    tx: Transaction,
    *,
    kind: str,
    now: datetime,
    data: Mapping[str, Scalar],
    available_at: datetime | None = None,
    key: str | None = None,
    postpone: bool = False,
) -> str:
    """The id of an event appended in the caller's transaction, due at once or at `available_at`.

    It is there exactly when the transaction is, so a transaction function that is repeated emits it once. With `key`
    there is at most one event of that kind and key: emitted again before it is handled, it is handled once, at the
    earlier of both times, or the later with `postpone`.
    """
    text = orjson.dumps(data)
    assert len(text) <= _MAX_DATA_BYTES, "an event names things by their ids and carries no content"
    event_id = new_id("OutboxEvent") if key is None else _keyed_id(kind, key)
    statement = _EMIT if key is None else _EMIT_ONCE
    await tx.row(
        statement, id=event_id, kind=kind, data=text.decode(), now=now, available_at=available_at or now,
        postpone=postpone,
    )  # fmt: skip
    return event_id


async def schedule(database: Database, kind: str, *, now: datetime, at: datetime) -> None:
    """Has a worker see to the one event of the kind at that time, or at an earlier one asked for before."""
    await database.unit(lambda tx: emit(tx, kind=kind, key=kind, data={}, now=now, available_at=at))


async def claim(database: Database, *, now: datetime, batch: int, lease_s: float) -> Claimed:
    """Up to `batch` due events, held for `lease_s`: until then no other claim takes them."""
    token = uuid_utils.uuid7().hex
    row = await database.row(_CLAIM, now=now, until=now + timedelta(seconds=lease_s), batch=batch, claim=token)
    assert row is not None, "collecting gives a row"
    events = tuple(_event(values, token) for values in row["events"])
    return Claimed(events, row["seen"] > len(events))


async def complete(tx: Transaction, *, event: Event, now: datetime) -> None:
    """Deletes the event, as the first act of the transaction that has its effect.

    Raises Lost, so that the transaction writes nothing, when the event is no longer held.
    """
    if await tx.row(_COMPLETE, id=event.id, claim=event.claim, now=now) is None:
        raise Lost("the event was taken by another worker, or emitted again")


async def fail(database: Database, *, event: Event, now: datetime, error: BaseException) -> bool:
    """Gives the event back after a failure and tells whether for good: it is then kept and not tried again.

    Only the error's name is kept: its text may hold what is private.
    """
    final = event.attempts >= MAX_ATTEMPTS
    again = None if final else now + timedelta(seconds=pause_s(event.attempts) * random.uniform(0.9, 1.1))  # noqa: S311  # jitter, no secret
    await database.row(_FAIL, id=event.id, claim=event.claim, now=now, available_at=again, error=_name(error))
    return final


async def release(database: Database, *, events: Sequence[Event], now: datetime) -> None:
    """Gives events back that nobody began to handle; they are due at once."""
    for token in {event.claim for event in events}:
        ids = [event.id for event in events if event.claim == token]
        await database.row(_RELEASE, ids=ids, claim=token, now=now)


async def retry_failed(database: Database, *, now: datetime) -> int:
    """Makes every event that failed for good due again; how many those were."""
    return await database.batches(_RETRY_FAILED, now=now)


async def lag(database: Database, *, now: datetime) -> Lag:
    """How far handling is behind, read from the indexes."""
    row = await database.row(_LAG, now=now, most=_MOST_COUNTED)
    assert row is not None, "counting gives a row"
    oldest = row["oldest"]
    return Lag(row["due"], (now - oldest.to_native()).total_seconds() if oldest else 0.0, row["failed"])


def pause_s(attempts: int) -> float:
    """How long an event rests after that many failed attempts: 4 s, 12 s, 36 s, … and at most an hour."""
    return min(_FIRST_PAUSE_S * 3.0 ** (attempts - 1), _LONGEST_PAUSE_S)


def _keyed_id(kind: str, key: str) -> str:
    return f"outboxevent_{hashlib.sha256(orjson.dumps([kind, key])).hexdigest()[:32]}"


def _event(values: Sequence[Any], token: str) -> Event:
    event_id, kind, data, created_at, attempts = values
    return Event(event_id, kind, orjson.loads(data), created_at.to_native(), attempts, token)


def _name(error: BaseException) -> str:
    return error.code if isinstance(error, ZhongcaoError) else type(error).__name__[:80]
