"""How far jobs came: what each notes of itself, so that one that was ended goes on where it was; and who does them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import uuid_utils

from graph.database import Database
from graph.errors import Conflict, DatabaseError, ZhongcaoError
from graph.statements import beside

STATEMENTS = beside(__file__)
_READ = STATEMENTS["job_state"]
_NOTE = STATEMENTS["note_job_state"]
_FORGET = STATEMENTS["forget_job_state"]
_HOLD = STATEMENTS["hold_job"]
_RELEASE = STATEMENTS["release_job"]

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)


async def noted(database: Database, job: str) -> Mapping[str, Any]:
    """What the job noted last; empty when it never did."""
    row = await database.row(_READ, id=_id(job))
    return {} if row is None else orjson.loads(row["data"])


async def note(database: Database, job: str, data: Mapping[str, Any], *, now: datetime) -> None:
    """Has the job remember this, in place of what it noted before."""
    await database.row(_NOTE, id=_id(job), data=orjson.dumps(data).decode(), now=now)


async def forget(database: Database, job: str) -> None:
    """Has the job begin anew."""
    await database.row(_FORGET, id=_id(job))


def due(last: datetime | None, *, now: datetime, every: timedelta, rest: timedelta) -> datetime:
    """When a job is due: `every` after its last run, and not within `rest`: a service that starts has more to do."""
    return now + rest if last is None else max(now + rest, last + every)


class Running(Conflict):
    """Another process does the job now."""

    def __init__(self, job: str) -> None:
        super().__init__(f"job {job} runs already; where its process is gone, it can begin within {LEASE.seconds} s")


@asynccontextmanager
async def held(database: Database, job: str, *, lease: timedelta = LEASE) -> AsyncIterator[None]:
    """Nobody else does the job meanwhile: held for `lease`, and again and again before that is over.

    Raises Running where another process does it, also when one took it because this one stood still for so long.
    """
    holder = uuid_utils.uuid7().hex
    if not await _hold(database, job, holder, lease):
        raise Running(job)
    current, lost = asyncio.current_task(), asyncio.Event()
    assert current is not None, "a coroutine runs in a task"

    async def renew() -> None:
        while True:
            await asyncio.sleep(lease.total_seconds() / 4)
            try:
                if await _hold(database, job, holder, lease):
                    continue
            except (ZhongcaoError, DatabaseError) as error:
                log.warning("job %s could not be held again: %s", job, error)
                continue
            lost.set()
            current.cancel()
            return

    renewing = asyncio.create_task(renew(), name=f"holding job {job}")
    try:
        yield
    except asyncio.CancelledError:
        if lost.is_set() and not current.uncancel():
            raise Running(job) from None
        raise
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        with suppress(ZhongcaoError, DatabaseError):  # the lease ends by itself
            await database.row(_RELEASE, id=_id(job), holder=holder, now=datetime.now(UTC))


async def _hold(database: Database, job: str, holder: str, lease: timedelta) -> bool:
    now = datetime.now(UTC)
    return await database.row(_HOLD, id=_id(job), holder=holder, until=now + lease, now=now) is not None


def _id(job: str) -> str:
    return f"jobstate_{job}"
