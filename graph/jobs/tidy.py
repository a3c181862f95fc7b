"""The job that forgets what has served: ended sessions, what came of requests a day ago, old notifications."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graph import accounts, idempotency, notifications, outbox
from graph.database import Database

EVENT = "tidy"
EVERY = timedelta(hours=1)


async def tidy(database: Database) -> str:
    """Forgets ended sessions, old idempotency records and old notifications, and tells how many."""
    now = datetime.now(UTC)
    sessions = await accounts.forget_sessions(database, now=now)
    requests = await idempotency.forget(database, now=now)
    told = await notifications.forget(database, now=now)
    return f"{sessions:,} sessions, {requests:,} idempotency records and {told:,} notifications forgotten"


async def schedule(database: Database, *, now: datetime) -> None:
    """Has a worker tidy in an hour from now, whoever asked before."""
    await database.unit(lambda tx: outbox.emit(tx, kind=EVENT, key=EVENT, data={}, now=now, available_at=now + EVERY))
