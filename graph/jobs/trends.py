"""The job that keeps heat: how popular each note, product and topic is, so that what is popular is read by index.

Only what stirred since the last time is weighed anew (graph/rules/heat.py says why that is enough), and what leads the
lists, so that what was taken back and who was suspended leaves them at the next run. Everything is weighed the first
time, when the law of heat was changed, and when asked.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.jobs import state
from graph.rules.heat import FEW, LANDMARK, HeatLaw
from graph.statements import beside

STATEMENTS = beside(__file__)
_HEAT = {"Note": STATEMENTS["heat_notes"], "Product": STATEMENTS["heat_products"], "Topic": STATEMENTS["heat_topics"]}
_STIRRED = {
    "Note": STATEMENTS["stirred_notes"],
    "Product": STATEMENTS["stirred_products"],
    "Topic": STATEMENTS["stirred_topics"],
}
_NEXT = {"Note": STATEMENTS["next_notes"], "Product": STATEMENTS["next_products"], "Topic": STATEMENTS["next_topics"]}
_SLICE = STATEMENTS["slice_of_acts"]
_LEADING = {
    "Note": STATEMENTS["leading_notes"],
    "Product": STATEMENTS["leading_products"],
    "Topic": STATEMENTS["leading_topics"],
}

JOB = EVENT = "trends"
LABELS = ("Note", "Product", "Topic")
_BATCH = 200
_SLICE_ACTS = 5_000
_MOST_LEADING, _MOST_OF_CATEGORY = 300, 100
# An act bears the time at which its request began, and is seen once its transaction is over; clocks differ a little.
_OVERLAP = timedelta(minutes=2)


@dataclass(slots=True)
class Run:
    """One run of the job: what it needs, and what came of it. `finished` is false when its time was over first."""

    database: Database
    law: HeatLaw
    now: datetime
    progress: Progress
    until_s: float = float("inf")
    weighed: int = 0
    changed: int = 0
    finished: bool = False
    left: dict[str, Any] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether the run's time is over."""
        return time.monotonic() >= self.until_s

    async def weigh(self, label: str, ids: Iterable[str]) -> None:
        """Writes the heat of these things."""
        wanted = sorted(ids)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            row = await self.database.row(
                _HEAT[label],
                ids=batch,
                now=self.now,
                landmark_ms=round(LANDMARK.timestamp() * 1000),
                half_life_ms=self.law.half_life(label) / timedelta(milliseconds=1),
                weights=dict(self.law.weights),
                most=self.law.most,
                few=FEW,
            )
            assert row is not None, "counting gives a row"
            self.weighed += len(batch)
            self.changed += row["changed"]
            self.progress.advance(len(batch))

    async def keep(self) -> None:
        """Notes how far the run came."""
        await state.note(self.database, JOB, self.left, now=self.now)


async def warm(
    database: Database,
    law: HeatLaw,
    *,
    now: datetime,
    rebuild: bool = False,
    within_s: float | None = None,
    progress: Progress | None = None,
) -> Run:
    """Brings heat up to date as of `now` (aware UTC), or goes on where an earlier run was ended.

    With `rebuild` everything is weighed, from the beginning. A run that has not ended `within_s` seconds stops between
    two batches and is not `finished`.
    """
    until_s = float("inf") if within_s is None else time.monotonic() + within_s
    run = Run(database, law, now, progress or Silent(), until_s)
    run.left = dict(await state.noted(database, JOB))
    if rebuild or run.left.get("law") != str(law):
        run.left = {"law": str(law), "since": now.isoformat(), "label": LABELS[0], "after": ""}
    for step in (_everything, _stirred, _leading):
        async for _ in step(run):
            await run.keep()
            if run.over:
                return run
    await run.keep()
    run.finished = True
    return run


async def trends(database: Database) -> str:
    """Weighs what stirred since the last run, and tells of how much."""
    return told(await warm(database, HeatLaw(), now=datetime.now(UTC)))


def told(run: Run) -> str:
    """What a run did, in words."""
    return f"{run.weighed:,} notes, products and topics weighed, {run.changed:,} changed"


async def _everything(run: Run) -> AsyncIterator[None]:
    """Weighs all things, label by label in the order of their ids, from where it is noted; nothing when none is."""
    if "label" not in run.left:
        return
    for label in LABELS[LABELS.index(run.left["label"]) :]:
        run.left["label"] = label
        run.progress.step(f"Heat of {label}")
        while rows := await run.database.rows(_NEXT[label], after=run.left["after"], batch=_BATCH):
            ids = [row["id"] for row in rows]
            await run.weigh(label, ids)
            run.left["after"] = ids[-1]
            yield
        run.left["after"] = ""
        run.progress.done()
    del run.left["label"], run.left["after"]
    yield


async def _stirred(run: Run) -> AsyncIterator[None]:
    """Weighs what somebody acted on since the last run, a slice of time after the other; nothing once that is done."""
    if "leading" in run.left:
        return
    at = _time(run.left.get("at")) or datetime.fromisoformat(run.left["since"]) - _OVERLAP
    run.progress.step("Heat of what stirred")
    while at < run.now:
        row = await run.database.row(_SLICE, since=at, now=run.now, batch=_SLICE_ACTS)
        until = run.now if row is None or row["until"] is None else row["until"].to_native()
        for label in LABELS:
            rows = await run.database.rows(_STIRRED[label], since=at, until=until)
            await run.weigh(label, (row["id"] for row in rows))
        at = until
        run.left["at"] = at.isoformat()
        yield
    run.left |= {"since": max(at, datetime.fromisoformat(run.left["since"])).isoformat(), "leading": LABELS[0]}
    run.left.pop("at", None)
    run.progress.done()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def _leading(run: Run) -> AsyncIterator[None]:
    """Weighs what leads the lists, label by label from where it is noted."""
    run.progress.step("Heat of what leads the lists")
    while label := run.left["leading"]:
        rows = await run.database.rows(_LEADING[label], most=_MOST_LEADING, most_of_category=_MOST_OF_CATEGORY)
        await run.weigh(label, (row["id"] for row in rows))
        run.left["leading"] = {"Note": "Product", "Product": "Topic", "Topic": ""}[label]
        yield
    del run.left["leading"]
    run.progress.done()
