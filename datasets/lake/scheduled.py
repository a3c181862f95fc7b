"""Runs of the export for analysis, one at a time: by hand, and by the service as often as its settings say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from datasets.behaviour import Names
from datasets.lake.export import export_lake
from datasets.lake.folder import ALWAYS, Run, last_run, runs_of
from datasets.lake.merging import merge_runs
from graph.database import Database
from graph.embedded.progress import Progress
from graph.jobs import state

JOB = EVENT = "export-parquet"
_REST = timedelta(minutes=1)


async def export_changes(
    database: Database, folder: Path, *, names: Names, whole: bool = False, progress: Progress | None = None
) -> Run:
    """Adds a run to the folder: what changed since the last one, all where there is none, or with `whole`.

    Raises Running where another process exports, and as `export_lake`.
    """
    async with state.held(database, JOB):
        return await _export(database, folder, names, progress, whole=whole)


async def export_and_merge(
    database: Database,
    folder: Path,
    *,
    names: Names,
    merge_from: int,
    whole: bool = False,
    progress: Progress | None = None,
) -> str:
    """Adds a run as `export_changes`, merges all when there are `merge_from` or more (0: never), and tells of it."""
    async with state.held(database, JOB):
        sentence = told(await _export(database, folder, names, progress, whole=whole), folder)
        count = len(runs_of(folder))
        if not merge_from or count < max(2, merge_from):
            return sentence
        # In a thread, so that the job can be held meanwhile.
        merged = await asyncio.to_thread(merge_runs, folder)
        return f"{sentence}; {count} runs merged into one of {sum(merged.rows.values()):,} rows"


async def _export(database: Database, folder: Path, names: Names, progress: Progress | None, *, whole: bool) -> Run:
    before = last_run(folder)
    since = ALWAYS if before is None or whole else before.until
    until = datetime.now(UTC).replace(microsecond=0)
    return await export_lake(database, folder, names=names, since=since, until=until, progress=progress)


def told(run: Run, folder: Path) -> str:
    """One line on the run."""
    return f"run {run.name}: {sum(run.rows.values()):,} rows of {len(run.rows)} kinds in {folder}"


def next_run(folder: Path, *, now: datetime, every: timedelta) -> datetime:
    """When a run is due: `every` after the last one, and not within a minute. Raises Invalid as `last_run`."""
    before = last_run(folder)
    return state.due(before.until if before else None, now=now, every=every, rest=_REST)
