"""The job that keeps what recommendations traverse: SIMILAR edges, tastes, and what is bought together.

Memory is needed for the acts (about 12 bytes each, and more while they are read), for one block of co-occurrences
(`edges`) and for the edges that come out, 12 bytes each; never for all pairs. Computed blocks lie in `folder` until the
job is through, under the fingerprint of the acts and the law, so that a job that was ended goes on there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from graph import embeddings
from graph.database import Database
from graph.jobs import state
from graph.jobs.similarity.bought import compare_bought
from graph.jobs.similarity.comparing import compare
from graph.jobs.similarity.running import Run

__all__ = ["EVENT", "JOB", "PARTS", "Run", "next_run", "rebuild_similarity", "run", "similarity", "update"]
JOB = EVENT = "similarity"
PARTS = ("products", "notes", "people", "bought")
_REST = timedelta(minutes=1)


async def similarity(database: Database) -> str:
    """Brings what is alike up to date with what people took up since, and tells how much changed."""
    return await update(Run(database))


async def rebuild_similarity(database: Database) -> str:
    """Computes what is alike from all that people take up, and tells how much."""
    return await run(Run(database))


async def run(job: Run, parts: Collection[str] = PARTS) -> str:
    """Computes the parts that are named from the beginning, and tells what came of each. Raises Running."""
    return await _each(job, parts, anew=True)


async def update(job: Run, parts: Collection[str] = PARTS) -> str:
    """Brings the parts that are named up to date, from the beginning where that is due, and tells what came of each.

    Raises Running where another process does it.
    """
    return await _each(job, parts, anew=False)


async def next_run(database: Database, *, now: datetime, every: timedelta) -> datetime:
    """When the job is due: `every` after the last whole run began, and not within a minute."""
    begun = (await state.noted(database, JOB)).get("begun")
    return state.due(datetime.fromisoformat(begun) if begun else None, now=now, every=every, rest=_REST)


async def _each(job: Run, parts: Collection[str], *, anew: bool) -> str:
    async with state.held(job.database, JOB):
        for part in PARTS:
            if part not in parts:
                continue
            if part == "bought":
                await compare_bought(job, anew=anew)
            else:
                await compare(job, part, anew=anew)
        if await embeddings.active_space(job.database) is None:
            job.told.append("none by content, since there are no vectors")
        await state.note(job.database, JOB, {"begun": job.now.isoformat()}, now=job.now)
    return ", ".join(job.told)
