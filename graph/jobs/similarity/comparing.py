"""The part of the job for one kind of things: its SIMILAR edges and tastes, all of them or what changed alone.

A full rebuild computes everything. An update computes the edges *to* things whose co-occurrences changed (`keys` says
how that is known), with the numbers of the last full rebuild (`basis`), and puts them into the rows of their sources.
Edges to other things stand: that what explains them is now more or less alike among itself waits for the next full
rebuild, as tastes do. Where an edge falls out of a full row, the next best of before is not known, and its place stays
empty or goes to a weaker one of those computed.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from graph import embeddings
from graph.jobs import state
from graph.jobs.similarity import basis, writing
from graph.jobs.similarity.basis import Basis
from graph.jobs.similarity.content import FEW, Content, by_behaviour, weak
from graph.jobs.similarity.keys import Change, Keys, change
from graph.jobs.similarity.kinds import KINDS, Kind
from graph.jobs.similarity.law import Law
from graph.jobs.similarity.matrix import Acts, Matrix
from graph.jobs.similarity.running import Run
from graph.jobs.similarity.writing import BEHAVIOUR, Edge, Known, Row
from graph.rules.spaces import Space, mark_property

T = TypeVar("T")
_MOST_CHANGED = 0.5  # of all things: from there on, a full rebuild costs as much


@dataclass(slots=True)
class _Part:
    """What one run knows of its part."""

    job: Run
    name: str
    kind: Kind
    acts: Acts
    ids: list[str]
    keys: Keys
    law: Law
    found: Basis
    known: list[Known]
    space: Space | None

    @property
    def state(self) -> str:
        return f"similarity-{self.name}"

    def content(self, weak: float) -> Content:
        return Content(self.job.database, self.kind.label, self.space, weak, self.kind.most)


async def compare(job: Run, name: str, *, anew: bool) -> None:
    """Brings a part up to date, or computes it anew when asked, or where an update will not do."""
    part = await _read(job, name)
    noted = None if anew else await basis.noted(job.database, part.state)
    why = "asked" if anew else basis.outgrown(noted, part.found)
    changed = change({one.id: one.key for one in part.known if one.key is not None}, part.ids, part.keys)
    if not why and len(changed.places) + len(changed.gone) > _MOST_CHANGED * len(part.ids):
        why = f"more than {_MOST_CHANGED:.0%} changed"
    if noted is None or why:
        await _rebuild(part, why)
    else:
        await _update(part, noted, changed)


async def _read(job: Run, name: str) -> _Part:
    kind = KINDS[name]
    active = await embeddings.active_space(job.database)
    space = active.space if active else None
    job.progress.step(f"Reading what {name} are compared by")
    acts = await kind.read(job.database)
    law = job.laws.get(name) or kind.law(acts)
    ids, keys, found = await asyncio.to_thread(
        lambda: (kind.ids(acts), kind.keys(acts), kind.basis(acts, law, job.now))
    )
    # The property that things with a vector have.
    mark = mark_property(space.key) if space else ""
    known = await writing.known(job.database, kind.label, mark=mark)
    job.progress.done()
    return _Part(job, name, kind, acts, ids, keys, law, found, known, space)


async def _rebuild(part: _Part, why: str) -> None:
    job, kind = part.job, part.kind
    await state.forget(job.database, part.state)
    kept_in = job.kept_in(part.name, part.acts, part.law, np.arange(len(part.ids)))
    job.progress.step(f"Comparing {part.name}", len(part.ids))
    done = job.advanced()
    computed = await _in_thread(lambda: kind.whole(part.acts, part.law, kept_in=kept_in, done=done))
    job.progress.done()
    place = {one: at for at, one in enumerate(part.ids)}
    others = [one.id for one in part.known if one.id not in place and (one.edges or one.vector)]
    content = part.content(weak(computed.edges))
    edges = 0
    job.progress.step(f"Writing edges of {part.name}", len(part.ids) + len(others))
    for some in writing.batches([*part.ids, *others]):
        rows = {one: _row(computed.edges, part.ids, place.get(one)) for one in some}
        await content.add(rows)
        await writing.write_rows(
            job.database, kind.label, rows, await writing.read_rows(job.database, kind.label, some)
        )
        edges += sum(map(len, rows.values()))
        job.progress.advance(len(some))
    if computed.taste is not None:
        await writing.write_tastes(job.database, kind.label, part.ids, computed.taste)
    else:
        await writing.forget_tastes(job.database, kind.label, [one.id for one in part.known if one.taste])
    await _note(
        part, replace(part.found, unit=computed.unit, usual=computed.usual, weak=content.weak), range(len(part.ids))
    )
    job.progress.done()
    if kept_in:
        shutil.rmtree(kept_in, ignore_errors=True)
    by_content = f", {content.added:,} of them by content" if content.added else ""
    job.told.append(f"{edges:,} edges between {len(part.ids):,} {part.name}{by_content} ({why})")


async def _update(part: _Part, noted: Basis, changed: Change) -> None:
    job, kind = part.job, part.kind
    kept_in = job.kept_in(part.name, part.acts, part.law, changed.places)
    job.progress.step(f"Comparing {part.name} that changed", len(changed.places))
    done, places = job.advanced(), changed.places
    fresh = await _in_thread(lambda: kind.again(part.acts, part.law, noted, places, kept_in=kept_in, done=done))
    job.progress.done()
    place = {one: at for at, one in enumerate(part.ids)}
    stale = changed.stale(part.ids)
    sources = {part.ids[at] for at in np.flatnonzero(np.diff(fresh.indptr))} | changed.gone
    sources |= {one.id for one in part.known if one.vector and one.edges < FEW}
    sources |= await writing.leading_to(job.database, kind.label, sorted(stale))
    content = part.content(noted.weak)
    edges = 0
    job.progress.step(f"Writing edges of {part.name}", len(sources))
    for some in writing.batches(sorted(sources)):
        before = await writing.read_rows(job.database, kind.label, some)
        rows = {
            one: _merged(
                {} if kind.whole_rows and one in stale else by_behaviour(row),
                _row(fresh, part.ids, place.get(one)),
                stale=stale,
                most=kind.most,
            )
            for one, row in before.items()
        }
        await content.add(rows)
        edges += await writing.write_rows(job.database, kind.label, rows, before)
        job.progress.advance(len(some))
    await _note(part, noted, changed.places)
    job.progress.done()
    if kept_in:
        shutil.rmtree(kept_in, ignore_errors=True)
    job.told.append(f"{edges:,} edges changed, for {len(stale):,} of {len(part.ids):,} {part.name}")


async def _note(part: _Part, rests_on: Basis, places: Iterable[int]) -> None:
    """Notes what stands now: the last thing of all, so that a run that was ended before is made again."""
    database, label = part.job.database, part.kind.label
    there = set(part.ids)
    gone = [one for one in part.known if one.id not in there]
    await writing.forget_tastes(database, label, [one.id for one in gone if one.taste])
    keys = [(part.ids[at], int(part.keys[at])) for at in places]
    await writing.write_keys(database, label, [*keys, *((one.id, None) for one in gone if one.key is not None)])
    await basis.note(database, part.state, rests_on, now=part.job.now)


async def _in_thread(compute: Callable[[], T]) -> T:
    """What it returns, computed in a thread; of small systems, several threads make long work on a busy machine."""

    def alone() -> T:
        with threadpool_limits(limits=1, user_api="blas"):
            return compute()

    return await asyncio.to_thread(alone)


def _row(edges: Matrix, ids: Sequence[str], at: int | None) -> Row:
    if at is None:
        return {}
    first, last = edges.indptr[at : at + 2]
    columns, values = edges.indices[first:last].tolist(), edges.data[first:last].tolist()
    return {ids[column]: Edge(value, BEHAVIOUR) for column, value in zip(columns, values, strict=True)}


def _merged(before: Row, fresh: Row, *, stale: Collection[str], most: int) -> Row:
    """Of the edges before that are not stale, and the fresh ones, the `most` largest by magnitude."""
    row = {to: edge for to, edge in before.items() if to not in stale} | fresh
    return dict(sorted(row.items(), key=lambda item: (-abs(item[1].score), item[0]))[:most])
