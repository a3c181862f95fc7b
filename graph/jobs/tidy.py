"""The job that forgets what has served: ended sessions, what came of requests a day ago, what was told long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graph import accounts, behaviour, idempotency, notifications, outbox, personal_tokens, search_log
from graph import recommendation_lists as lists
from graph.database import Database

EVENT = "tidy"
EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept that the settings decide on: raw behaviour events, and lists of recommendations."""

    behaviour: timedelta = timedelta(days=365)
    recommendations: timedelta = timedelta(days=30)


_USUALLY = Kept()


async def tidy(database: Database, *, kept: Kept = _USUALLY) -> str:
    """Forgets ended sessions and what is old of the rest; tells how many."""
    now = datetime.now(UTC)
    sessions = await accounts.forget_sessions(database, now=now)
    tokens = await personal_tokens.forget(database, now=now)
    requests = await idempotency.forget(database, now=now)
    told = await notifications.forget(database, now=now)
    looks = await behaviour.forget_old(database, before=now - kept.behaviour)
    given = await lists.forget(database, before=now - kept.recommendations)
    asked = await search_log.forget(database, now=now)
    return (
        f"{sessions:,} sessions, {tokens:,} personal tokens, {requests:,} idempotency records, {told:,} notifications, "
        f"{looks:,} behaviour events, {given:,} recommendations and {asked:,} queries forgotten"
    )


async def schedule(database: Database, *, now: datetime) -> None:
    """Has a worker tidy in an hour from now, whoever asked before."""
    await outbox.schedule(database, EVENT, now=now, at=now + EVERY)
