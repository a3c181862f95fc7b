"""The job that lets events which failed for good be tried once more."""

from __future__ import annotations

from datetime import UTC, datetime

from graph import outbox
from graph.database import Database


async def retry_events(database: Database) -> str:
    """Makes every event that was given up due again, and tells how many those were."""
    retried = await outbox.retry_failed(database, now=datetime.now(UTC))
    return f"{retried:,} events will be handled again"
