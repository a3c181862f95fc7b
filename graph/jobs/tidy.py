"""The job that forgets what has served: ended sessions, what came of requests a day ago, what was told long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graph import accounts, behaviour, idempotency, notifications, outbox
from graph.database import Database

EVENT = "tidy"
EVERY = timedelta(hours=1)
BEHAVIOUR_KEPT = timedelta(days=365)


async def tidy(database: Database, *, behaviour_kept: timedelta = BEHAVIOUR_KEPT) -> str:
    """Forgets ended sessions, and old idempotency records, notifications and behaviour events; tells how many."""
    now = datetime.now(UTC)
    sessions = await accounts.forget_sessions(database, now=now)
    requests = await idempotency.forget(database, now=now)
    told = await notifications.forget(database, now=now)
    looks = await behaviour.forget_old(database, before=now - behaviour_kept)
    return (
        f"{sessions:,} sessions, {requests:,} idempotency records, {told:,} notifications and "
        f"{looks:,} behaviour events forgotten"
    )


async def schedule(database: Database, *, now: datetime) -> None:
    """Has a worker tidy in an hour from now, whoever asked before."""
    await database.unit(lambda tx: outbox.emit(tx, kind=EVENT, key=EVENT, data={}, now=now, available_at=now + EVERY))
