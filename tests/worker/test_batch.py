"""Batch jobs beside the service: in a process of their own, one at a time, ended with the service."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from app import create_app
from graph import outbox
from graph.database import Database
from graph.jobs import state
from graph.jobs.similarity import EVENT, JOB, Run, next_run, update
from graph.outbox import Event
from resolvers.services import make_services
from settings import Settings
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Outside

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_WAITING = "MATCH (e:OutboxEvent {kind: 'similarity'}) RETURN e.availableAt AS at"


@pytest.fixture
async def job(database: Database, settings: Settings, tmp_path: Path) -> AsyncIterator[BatchJob]:
    """The job, which nobody asked for and that never ran; its process is gone afterwards."""
    await cypher(database, "MATCH (e:OutboxEvent {kind: 'similarity'}) DELETE e")
    await state.forget(database, JOB)
    found = BatchJob("similarity", settings.model_copy(update={"data_dir": tmp_path}))
    yield found
    await found.stop()
    await state.forget(database, JOB)


async def handle(database: Database, settings: Settings, job: BatchJob) -> None:
    services = make_services(database, settings)
    handler = handlers(
        services, settings, notified=lambda: None, comparing=job, planning=job, exporting=job, ranking=job
    )[EVENT]
    assert isinstance(handler, Outside)
    await handler.act(Event("outboxevent_x", EVENT, {}, NOW, 1, "x"), NOW)


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "similarity" in one.cmdline()]


async def running() -> psutil.Process:
    """The process of the job that begins: its command line can be read a moment after it is there."""
    async with asyncio.timeout(20):
        while not (found := children()):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    (process,) = found
    return process


async def test_the_worker_begins_the_job_beside_itself_and_asks_for_the_next_run(
    database: Database, settings: Settings, job: BatchJob, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker.batch")
    began = datetime.now(UTC)
    await handle(database, settings, job)
    process = await running()
    assert process.nice() == min(os.nice(0) + 10, 19)
    (row,) = await cypher(database, _WAITING)
    assert row["at"].to_native() - NOW == timedelta(hours=settings.similarity_interval_hours)
    assert not await job.start(), "another one began beside it"
    await job.wait()
    assert "products" in caplog.records[-1].message
    assert caplog.records[-1].levelno == logging.INFO
    assert datetime.fromisoformat((await state.noted(database, JOB))["begun"]) > began
    (held,) = await cypher(database, "MATCH (s:JobState {id: 'jobstate_similarity'}) RETURN s.heldBy AS by")
    assert held == {"by": None}


async def test_the_service_takes_its_job_with_it(
    job: BatchJob, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker.batch")
    assert await job.start()
    await running()
    await job.stop()
    assert not children()
    assert "was ended with the service" in caplog.records[-1].message
    assert not await job.start()
    assert "begun" not in await state.noted(database, JOB)


async def test_a_due_run_begins_with_the_service_and_ends_with_it(
    database: Database, settings: Settings, job: BatchJob, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    await outbox.schedule(database, EVENT, now=now, at=now)
    app = create_app(settings.model_copy(update={"worker": True, "worker_poll_s": 0.05, "data_dir": tmp_path}))
    async with app.router.lifespan_context(app):
        await running()
    assert not children()
    (row,) = await cypher(database, _WAITING)
    assert row["at"].to_native() > now + timedelta(hours=5)


async def test_what_a_job_says_when_it_fails_is_logged(
    database: Database, job: BatchJob, caplog: pytest.LogCaptureFixture
) -> None:
    async with state.held(database, JOB):
        await job.start()
        await job.wait()
    assert caplog.records[-1].levelno == logging.WARNING
    assert "job similarity ended with status 1: ✗ job similarity runs already" in caplog.records[-1].message


async def test_a_job_is_done_by_one_at_a_time(database: Database, job: BatchJob) -> None:
    async with state.held(database, JOB):
        with pytest.raises(state.Running, match="runs already"):
            await update(Run(database))
    async with state.held(database, JOB):
        pass


async def test_who_stood_still_for_too_long_is_told(database: Database, job: BatchJob) -> None:
    """Another took the job over; nothing is taken from that one."""

    async def stand_still() -> None:
        async with state.held(database, JOB, lease=timedelta(seconds=0.2)):
            await cypher(
                database,
                "MATCH (s:JobState {id: 'jobstate_similarity'}) SET s.heldBy = 'another', s.heldUntil = $until",
                until=datetime.now(UTC) + timedelta(minutes=1),
            )
            await asyncio.sleep(5)

    with pytest.raises(state.Running):
        await stand_still()
    with pytest.raises(state.Running):
        await update(Run(database))


async def test_a_held_job_stays_held_and_a_dead_holder_s_lease_ends(database: Database, job: BatchJob) -> None:
    async with state.held(database, JOB, lease=timedelta(seconds=0.4)):
        await asyncio.sleep(1)
        with pytest.raises(state.Running):
            await update(Run(database))
    await cypher(
        database,
        "MATCH (s:JobState {id: 'jobstate_similarity'}) SET s.heldBy = 'dead', s.heldUntil = $then",
        then=datetime.now(UTC) - timedelta(seconds=1),
    )
    async with state.held(database, JOB):
        pass


async def test_a_start_asks_for_a_run_when_one_is_due(database: Database, job: BatchJob) -> None:
    six = timedelta(hours=6)
    assert await next_run(database, now=NOW, every=six) == NOW + timedelta(minutes=1)
    await state.note(database, JOB, {"begun": (NOW - timedelta(hours=2)).isoformat()}, now=NOW)
    assert await next_run(database, now=NOW, every=six) == NOW + timedelta(hours=4)
    assert await next_run(database, now=NOW + six, every=six) == NOW + six + timedelta(minutes=1)
    await outbox.schedule(database, EVENT, now=NOW, at=NOW + six)
    await outbox.schedule(database, EVENT, now=NOW, at=NOW + timedelta(hours=4))
    await outbox.schedule(database, EVENT, now=NOW, at=NOW + six)
    (row,) = await cypher(database, _WAITING)
    assert row["at"].to_native() == NOW + timedelta(hours=4)


async def test_no_interval_means_no_run(database: Database, settings: Settings, job: BatchJob) -> None:
    await handle(database, settings.model_copy(update={"similarity_interval_hours": 0.0}), job)
    assert not children()
    assert await cypher(database, _WAITING) == []
