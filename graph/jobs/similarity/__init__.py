"""The job that keeps what recommendations traverse: SIMILAR edges, tastes, and what is bought together.

Memory is needed for the acts (about 12 bytes each, and more while they are read), for one block of co-occurrences
(`edges`) and for the edges that come out, 12 bytes each; never for all pairs. Computed blocks lie in `folder` until the
job is through, under the fingerprint of the acts and the law, so that a job that was ended goes on there.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import orjson

from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.jobs.similarity import bought, interactions, people, writing
from graph.jobs.similarity.edges import explained, pruned
from graph.jobs.similarity.law import MOST_EDGES, Law, usual
from graph.jobs.similarity.matrix import Acts, Matrix
from graph.jobs.similarity.taste import Taste, taste

JOB = "similarity"
PARTS = ("products", "notes", "people", "bought")
_LABELS = {"products": "Product", "notes": "Note"}
_READS: Mapping[str, Callable[[Database], Awaitable[Acts]]] = {
    "products": interactions.acts_on_products,
    "notes": interactions.acts_on_notes,
}


@dataclass(slots=True)
class Run:
    """One run of the job. `laws` are those that somebody chose, by part; the rest follow from the data."""

    database: Database
    folder: Path | None = None
    laws: Mapping[str, Law] = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)
    told: list[str] = field(default_factory=list)


async def similarity(database: Database) -> str:
    """Computes what is alike from what people take up, and tells how much."""
    return await run(Run(database))


async def run(job: Run, parts: Collection[str] = PARTS) -> str:
    """Does the parts that are named, and tells what came of each."""
    for part in PARTS:
        if part in parts:
            await _DOES[part](job, part)
    return ", ".join(job.told)


async def _things(job: Run, part: str) -> None:
    label = _LABELS[part]
    job.progress.step(f"Reading who took up which {part}")
    acts = await _READS[part](job.database)
    job.progress.done()
    law = job.laws.get(part) or usual(len(acts.people), len(acts.things), acts.values.nnz)
    kept_in = job.folder / f"{part}-{_key(acts, law)}" if job.folder else None
    job.progress.step(f"Comparing {part}", len(acts.things))
    edges, tastes = await asyncio.to_thread(_computed, acts, law, kept_in, _from_thread(job.progress))
    job.progress.done()
    job.progress.step(f"Writing edges of {part}", len(acts.things))
    written = await writing.write_edges(
        job.database, label, acts.things, edges, source="behaviour", done=job.progress.advance
    )
    if tastes is not None:
        await writing.write_tastes(job.database, label, acts.things, tastes, done=lambda _: None)
    await writing.clear(job.database, label, but=set(acts.things))
    job.progress.done()
    if kept_in:
        shutil.rmtree(kept_in, ignore_errors=True)
    job.told.append(f"{written:,} edges between {len(acts.things):,} {part}")


def _computed(acts: Acts, law: Law, kept_in: Path | None, done: Callable[[int], None]) -> tuple[Matrix, Taste | None]:
    edges = pruned(explained(acts, law, kept_in=kept_in, done=done), len(acts.things), most=MOST_EDGES)
    return edges, taste(acts, law)


def _from_thread(progress: Progress) -> Callable[[int], None]:
    """What another thread may call to advance the progress."""
    loop = asyncio.get_running_loop()

    def advance(amount: int) -> None:
        loop.call_soon_threadsafe(progress.advance, amount)

    return advance


def _key(acts: Acts, law: Law) -> str:
    text = orjson.dumps([acts.fingerprint(), asdict(law)])
    return sha256(text).hexdigest()[:24]


async def _people(job: Run, part: str) -> None:
    job.progress.step("Reading what people took up")
    acts = await interactions.acts_of_people(job.database)
    job.progress.done()
    job.progress.step("Comparing people", len(acts.people))
    done = _from_thread(job.progress)
    edges = await asyncio.to_thread(lambda: people.alike(acts, done=done))
    job.progress.done()
    job.progress.step("Writing edges of people", len(acts.people))
    written = await writing.write_edges(
        job.database, "User", acts.people, edges, source="behaviour", done=job.progress.advance
    )
    await writing.clear(job.database, "User", but=set(acts.people))
    job.progress.done()
    job.told.append(f"{written:,} edges between {len(acts.people):,} {part}")


async def _bought(job: Run, _part: str) -> None:
    acts = await _READS["products"](job.database)
    among = await bought.buyers(job.database)
    job.progress.step("Comparing what was bought together", len(acts.things))
    written = 0
    for first in range(0, len(acts.things), _BOUGHT_AT_A_TIME):
        ids = acts.things[first : first + _BOUGHT_AT_A_TIME]
        found = await bought.bought_with(job.database, ids=ids, among=among)
        written += await writing.write_bought_with(job.database, found)
        job.progress.advance(len(ids))
    job.progress.done()
    job.told.append(f"{written:,} edges between products bought together")


_BOUGHT_AT_A_TIME = 50
_DOES: Mapping[str, Callable[[Run, str], Awaitable[None]]] = {
    "products": _things,
    "notes": _things,
    "people": _people,
    "bought": _bought,
}
