"""The export for analysis on a schedule: begun by the worker beside itself, one at a time, incremental."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datasets import lake
from datasets.behaviour import Names
from datasets.lake.folder import ALWAYS
from graph.database import Database
from graph.jobs import state
from graph.outbox import Event
from resolvers.services import make_services
from settings import Settings
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Outside

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_WAITING = "MATCH (e:OutboxEvent {kind: 'export-parquet'}) RETURN e.availableAt AS at"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
async def job(database: Database, settings: Settings, folder: Path) -> AsyncIterator[BatchJob]:
    """The job for that folder, which nobody asked for; its process is gone afterwards."""
    await cypher(database, "MATCH (e:OutboxEvent {kind: 'export-parquet'}) DELETE e")
    found = BatchJob(lake.JOB, settings.model_copy(update={"export_folder": folder}))
    yield found
    await found.stop()
    await cypher(database, "MATCH (e:OutboxEvent {kind: 'export-parquet'}) DELETE e")
    await state.forget(database, lake.JOB)


async def handle(database: Database, settings: Settings, job: BatchJob) -> None:
    services = make_services(database, settings)
    found = handlers(services, settings, notified=lambda: None, comparing=job, planning=job, exporting=job, ranking=job)
    handler = found[lake.EVENT]
    assert isinstance(handler, Outside)
    await handler.act(Event("outboxevent_x", lake.EVENT, {}, NOW, 1, "x"), NOW)


async def test_the_worker_adds_runs_and_asks_for_the_next(
    database: Database, settings: Settings, job: BatchJob, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker.batch")
    chosen = settings.model_copy(update={"export_folder": folder, "export_interval_hours": 6.0})
    await handle(database, chosen, job)
    (row,) = await cypher(database, _WAITING)
    assert row["at"].to_native() == NOW + timedelta(hours=6)
    await job.wait()
    first = lake.last_run(folder)
    assert first is not None
    assert (first.since, first.rows["Note"] > 100) == (ALWAYS, True)
    assert lake.told(first, folder) in caplog.records[-1].message
    # The next takes what changed since: a note that was edited, and no other.
    names = Names(b"a secret of thirty-two characters" * 2, with_ids=False)
    (edited,) = await cypher(
        database,
        "MATCH (u:User {private: false})-[:POSTED]->(n:Note {audience: 'everyone', state: 'published'}) "
        "WITH n LIMIT 1 SET n.editedAt = $at RETURN n.id AS id",
        at=first.until,
    )
    try:
        (folder / ".run").mkdir()  # as one that was broken off leaves it
        second = await lake.export_changes(database, folder, names=names)
    finally:
        await cypher(database, "MATCH (n:Note {id: $id}) REMOVE n.editedAt", id=edited["id"])
    assert (second.since, second.rows["Note"]) == (first.until, 1)
    assert not (folder / ".run").exists()
    # From so many runs on, they are merged into one; the next follows on that.
    told = await lake.export_and_merge(database, folder, names=names, merge_from=3)
    merged = lake.last_run(folder)
    assert merged is not None
    assert f"; 3 runs merged into one of {sum(merged.rows.values()):,} rows" in told
    assert (merged.since, merged.until > second.until) == (ALWAYS, True)
    assert merged.rows["Note"] == first.rows["Note"]
    assert len(list((folder / "nodes/Note").iterdir())) == 1


async def test_one_at_a_time(database: Database, job: BatchJob, folder: Path) -> None:
    names = Names(b"a secret of thirty-two characters" * 2, with_ids=False)
    async with state.held(database, lake.JOB):
        with pytest.raises(state.Running, match="job export-parquet runs already"):
            await lake.export_changes(database, folder, names=names)
    assert lake.last_run(folder) is None


async def test_no_folder_means_no_run(database: Database, settings: Settings, job: BatchJob, folder: Path) -> None:
    await handle(database, settings, job)
    assert lake.last_run(folder) is None
    assert await cypher(database, _WAITING) == []


def test_a_start_asks_for_a_run_when_one_is_due(folder: Path) -> None:
    six = timedelta(hours=6)
    assert lake.next_run(folder, now=NOW, every=six) == NOW + timedelta(minutes=1)
    folder.mkdir()
    before = (NOW - timedelta(hours=2)).isoformat()
    run = {"name": "a", "since": ALWAYS.isoformat(), "until": before, "rows": {}, "files": []}
    (folder / "manifest.json").write_text(json.dumps({"runs": [run]}))
    assert lake.next_run(folder, now=NOW, every=six) == NOW + timedelta(hours=4)
    assert lake.next_run(folder, now=NOW + six, every=six) == NOW + six + timedelta(minutes=1)
