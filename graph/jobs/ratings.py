"""The job that proves the stored review counts equal to a recount, and mends those that are not."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_DIFFERING = STATEMENTS["ratings_differing"]
_RECOUNT = STATEMENTS["recount_ratings"]
_BATCH = 1_000


async def ratings(database: Database) -> str:
    """Recounts each product's published reviews, mends what differs, and tells how many did."""
    checked, mended, after = 0, 0, ""
    while found := await database.rows(_DIFFERING, after=after, batch=_BATCH):
        for row in found:
            if row["differs"]:
                await database.row(_RECOUNT, id=row["id"], now=datetime.now(UTC))
                mended += 1
        checked += len(found)
        after = found[-1]["id"]
    return f"{checked:,} products checked, {mended:,} mended"
