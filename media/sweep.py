"""Takes away stored objects that no Media names: what a crash left, and what was deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.database import Database
from graph.media import referenced_keys
from media.store import MediaStore

# Far longer than the longest upload, so that what is about to be named by a Media is never taken.
KEPT = timedelta(days=1)


async def sweep(database: Database, store: MediaStore, *, now: datetime) -> str:
    """Deletes objects older than a day that nothing names, and tells how many; to be run again at any time."""
    seen = deleted = freed = 0
    async for batch in store.listed():
        seen += len(batch)
        old = {one.key for one in batch if now - one.written_at > KEPT}
        unnamed = old - await referenced_keys(database, old)
        for key in sorted(unnamed):
            # An upload may have renewed and named it since.
            stored = await store.head(key)
            if stored is None or now - stored.written_at <= KEPT or await referenced_keys(database, {key}):
                continue
            await store.delete(key)
            deleted, freed = deleted + 1, freed + stored.bytes
    return f"{seen:,} objects seen, {deleted:,} deleted ({freed / 1024**2:.1f} MiB)"
