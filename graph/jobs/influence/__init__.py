"""The job that measures how much people move others: in all, in each category, and for each brand.

It reads the community in one stream, computes in arrays (some 60 bytes for each follow and 200 for each person), and
writes back what it found: Influence nodes, LISTENS_TO from brands, one InfluenceSnapshot for each person and week, and
STANDS_FOR from followers of people who have many. Communities and who is in them are MEMBER_OF Community.
Each write can be repeated, so a run that was ended is simply begun anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.jobs import state
from graph.jobs.influence.drawing import draw
from graph.jobs.influence.grouping import group
from graph.jobs.influence.measuring import Measuring
from graph.jobs.influence.reading import Community, read_community
from graph.jobs.influence.writing import ALL, Row, earlier, forget, growths, rows, write, write_brand, write_week
from graph.rules.audience import AudienceLaw
from graph.rules.influence import InfluenceLaw

__all__ = ["EVENT", "JOB", "Run", "influence", "next_run", "rank"]
JOB = EVENT = "influence"
_REST = timedelta(minutes=2)
_MONTH = timedelta(days=28)


@dataclass(slots=True)
class Run:
    """One run of the job: what it needs, and how much came of it."""

    database: Database
    law: InfluenceLaw = field(default_factory=InfluenceLaw)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    progress: Progress = field(default_factory=Silent)
    audience: AudienceLaw = field(default_factory=AudienceLaw)
    people: int = 0
    categories: int = 0
    brands: int = 0


async def influence(database: Database) -> str:
    """Measures the influence of people, in all, by category and for brands, and tells of how many."""
    return await rank(Run(database))


async def rank(run: Run) -> str:
    """Measures and writes back, and tells how much. Raises Running where another process does it.

    Where there is no history yet, the state of four weeks ago, as far as the graph tells it, begins it.
    """
    async with state.held(run.database, JOB):
        before = await earlier(run.database, now=run.now)
        if not before:
            await _measured(run, run.now - _MONTH)
            before = await earlier(run.database, now=run.now)
        community, everywhere = await _measured(run, run.now)
        run.people = len(everywhere)
        await _write_present(run, community, everywhere, growths(everywhere, before))
        await state.note(run.database, JOB, {"ranked": run.now.isoformat()}, now=run.now)
    return f"{run.people:,} people ranked, in {run.categories:,} categories and for {run.brands:,} brands"


async def next_run(database: Database, *, now: datetime, every: timedelta) -> datetime:
    """When the job is due: `every` after the last whole run, and not within two minutes."""
    ranked = (await state.noted(database, JOB)).get("ranked")
    return state.due(datetime.fromisoformat(ranked) if ranked else None, now=now, every=every, rest=_REST)


async def _measured(run: Run, at: datetime) -> tuple[Community, list[Row]]:
    """The community as of a time, and its people measured in all, whose history has that week then."""
    run.progress.step(f"Influence as of {at:%Y-%m-%d}")
    community = await read_community(run.database, run.law, now=at)
    everywhere = await asyncio.to_thread(lambda: rows(community, run.law, ALL, Measuring(community).everywhere()))
    await write_week(run.database, everywhere, now=at)
    run.progress.done()
    return community, everywhere


async def _write_present(run: Run, community: Community, everywhere: list[Row], grown: dict[str, Row]) -> None:
    measuring = Measuring(community)

    async def keep(found: list[Row]) -> None:
        await write(run.database, [row | grown.get(row["userId"], {}) for row in found], now=run.now)

    await keep(everywhere)
    run.progress.step("Influence by category", len(community.categories))
    for number, category in enumerate(community.categories):
        found = await asyncio.to_thread(_in_category, community, run.law, category, measuring, number)
        await keep(found)
        run.categories += bool(found)
        run.progress.advance(1)
    run.progress.done()
    run.progress.step("Influence for brands", len(brands := measuring.brands()))
    for brand in brands:
        best = await asyncio.to_thread(measuring.for_brand, brand)
        await write_brand(run.database, community, brand, best, now=run.now)
        run.brands += bool(best)
        run.progress.advance(1)
    await forget(run.database, now=run.now)
    await draw(run.database, community, run.audience, now=run.now)
    await group(run.database, community, measuring.votes, least=run.audience.least, now=run.now)
    run.progress.done()


def _in_category(
    community: Community, law: InfluenceLaw, category: str, measuring: Measuring, number: int
) -> list[Row]:
    return rows(community, law, category, measuring.in_category(number))
