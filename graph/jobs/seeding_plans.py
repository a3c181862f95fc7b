"""The job that computes the seeding plans that brands asked for, in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

from graph import outbox, seeding_plans
from graph.database import Database
from graph.jobs import state
from graph.seeding_plans import EVENT, Begun, Outcome

JOB = "seeding-plans"
_MOST_ATTEMPTS = 3
_LOOKED_EVERY_S = 0.5
_READ = 0.2  # part of the progress that reading the community is
_AGAIN = timedelta(seconds=30)


class _Cancelled(Exception):
    """The plan is to run no more."""


async def plan_seeding(database: Database) -> str:
    """Computes the seeding plans that wait, one after another, and tells how many. Raises Running."""
    done = 0
    async with state.held(database, JOB):
        while (begun := await seeding_plans.begin(database, now=_now())) is not None:
            await _carry_out(database, begun)
            done += 1
    return f"{done:,} seeding plans computed"


async def schedule(database: Database, *, now: datetime) -> None:
    """Has a worker look again soon whether a plan still waits."""
    await outbox.schedule(database, EVENT, now=now, at=now + _AGAIN)


async def _carry_out(database: Database, begun: Begun) -> None:
    from graph.jobs.seeding.plan import Impossible  # numba takes a second to be imported

    if begun.attempts > _MOST_ATTEMPTS:
        reason = "the process that computed it ended each time"
        await seeding_plans.fail(database, plan_id=begun.id, reason=reason, now=_now())
        return
    try:
        outcome = await _computed(database, begun)
    except _Cancelled:
        return
    except (Impossible, MemoryError) as error:
        await seeding_plans.fail(database, plan_id=begun.id, reason=str(error), now=_now())
    else:
        await seeding_plans.finish(database, plan_id=begun.id, outcome=outcome, now=_now())


async def _computed(database: Database, begun: Begun) -> Outcome:
    """What came of the plan. Raises _Cancelled, Impossible and MemoryError."""
    from graph.jobs.seeding.answering import answer
    from graph.jobs.seeding.influence import read_community

    following = _Following(database, begun.id)
    watching = asyncio.create_task(following.watch(), name=f"following {begun.id}")
    try:
        wish = begun.wish
        community = await read_community(
            database, brand_id=begun.brand_id, model=wish.model, audience=wish.audience, otherwise=wish.otherwise,
            done=lambda _: following.check(),
        )  # fmt: skip
        following.told(0.0)
        return await asyncio.to_thread(answer, community, wish, told=following.told, check=following.check)
    finally:
        following.over.set()
        await watching


class _Following:
    """Notes the progress of a plan, and looks whether it was cancelled."""

    def __init__(self, database: Database, plan_id: str) -> None:
        self._database = database
        self._plan_id = plan_id
        self._progress = 0.0
        self._cancelled = threading.Event()
        self.over = asyncio.Event()

    def told(self, part: float) -> None:
        """The computing, after people were read, is that far."""
        self._progress = _READ + (1 - _READ) * part

    def check(self) -> None:
        """Returns while the plan is to run. Raises _Cancelled."""
        if self._cancelled.is_set():
            raise _Cancelled

    async def watch(self) -> None:
        """Notes and looks until it is over."""
        while not self.over.is_set():
            if not await seeding_plans.note_progress(
                self._database, plan_id=self._plan_id, progress=self._progress, now=_now()
            ):
                self._cancelled.set()
                return
            try:
                async with asyncio.timeout(_LOOKED_EVERY_S):
                    await self.over.wait()
            except TimeoutError:
                continue


def _now() -> datetime:
    return datetime.now(UTC)
