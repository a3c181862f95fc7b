"""Writes a run: a file for each kind of node and relationship that is open, and the events; a manifest of all runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from datasets.behaviour import Names, export_behaviour
from datasets.behaviour.export import SCHEMA as EVENT_SCHEMA
from datasets.interchange.batches import Batch
from datasets.interchange.export import Ends, batches_in_graph
from datasets.interchange.kinds import KINDS, OWN_KINDS, Kind
from datasets.lake.folder import ALWAYS, EVENTS, Run, begun, files_in, move_in, runs_of, sweep, write_manifest
from graph.console.allowed import CLOSED_TYPES, OPEN_LABELS
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.errors import Conflict
from graph.model import NodeKind

# When a row last changed is the latest of these that its kind has; a kind with none is written whole in each run.
TIMES = ("createdAt", "publishedAt", "editedAt", "at", "lastAt", "paidAt", "placedAt", "touchAt")
# What people did is told by events, with their names as they are there.
_AS_EVENTS = {"BehaviourEvent"}


async def export_lake(
    database: Database,
    folder: Path,
    *,
    names: Names,
    since: datetime,
    until: datetime,
    progress: Progress | None = None,
) -> Run:
    """Adds a run to the folder: `nodes/LABEL/`, `relationships/KIND/` and `events/` get a file each, named by the run.

    What has no rows gets none, unless there is no other by which it could be read. Of what is open to the console
    alone; of notes, comments and reviews what is published, of notes what everybody may read. Files are moved in when
    all are whole, and the manifest last. Constant memory but for 16 bytes a node. Raises Conflict when the folder holds
    that run, or anything that is no export for analysis.
    """
    before = runs_of(folder)
    name = f"{until:%Y%m%dT%H%M%SZ}"
    if any(one.name == name for one in before):
        raise Conflict(f"{folder} holds the run {name}")
    part = begun(folder)
    sweep(folder, before)
    rows = await _written(database, part, name, since, until, progress or Silent())
    events = await export_behaviour(
        database, part / "behaviour", names=names, since=since, until=until, now=until, progress=progress
    )
    _take_events(part, name)
    rows[EVENTS] = events.events
    _leave_out_empty(part, folder)
    run = Run(name, since, until, rows, move_in(part, folder))
    write_manifest(folder, [*before, run], schemas())
    return run


def schemas() -> Mapping[str, pa.Schema]:
    """The columns of what is exported, by kind."""
    return {**{kind.name: kind.schema for kind in open_kinds()}, EVENTS: EVENT_SCHEMA}


def _take_events(part: Path, name: str) -> None:
    (part / EVENTS).mkdir()
    for number, path in enumerate(sorted((part / "behaviour").glob("*.parquet"))):
        path.replace(part / EVENTS / f"{name}-{number:05}.parquet")


def _leave_out_empty(part: Path, folder: Path) -> None:
    for path in files_in(part):
        there = (folder / path.relative_to(part)).parent
        if parquet.read_metadata(path).num_rows == 0 and any(there.glob("*.parquet")):
            path.unlink()


async def _written(
    database: Database, part: Path, name: str, since: datetime, until: datetime, progress: Progress
) -> dict[str, int]:
    rows, opened = {}, _Open()
    for kind in open_kinds():
        place = part / ("nodes" if kind.is_node else "relationships") / kind.name
        place.mkdir(parents=True)
        progress.step(f"Exporting {kind.name}", unit="rows")
        rows[kind.name] = 0
        with parquet.ParquetWriter(place / f"{name}.parquet", kind.schema, compression="zstd") as writer:
            async for batch in batches_in_graph(database, kind):
                kept = _changed(opened.part(batch), since, until)
                rows[kind.name] += kept.num_rows
                progress.advance(kept.num_rows)
                if kept.num_rows:
                    writer.write_batch(kept)
        progress.done()
    return rows


def open_kinds() -> list[Kind]:
    """The kinds that are exported: nodes first, since relationships follow theirs."""
    found = []
    for kind in (*KINDS.values(), *OWN_KINDS.values()):
        model = kind.model
        if isinstance(model, NodeKind):
            is_open = model.label in OPEN_LABELS - _AS_EVENTS
        else:
            is_open = model.type not in CLOSED_TYPES and {model.start, model.end} <= OPEN_LABELS - _AS_EVENTS
        if is_open:
            found.append(kind)
    return sorted(found, key=lambda kind: not kind.is_node)


class _Open:
    """Keeps to what anybody may see, batch after batch in the order of `open_kinds`."""

    def __init__(self) -> None:
        self._ends = Ends()
        self._private: set[str] = set()
        self._hidden: set[str] = set()

    def part(self, batch: Batch) -> pa.RecordBatch:
        """The rows that are open; of relationships those between nodes that are."""
        columns, name = batch.columns, batch.kind.name
        kept = pa.array([True] * columns.num_rows)
        if name == "User":
            self._private.update(columns.filter(columns["private"])["id"].to_pylist())
        if name in ("Note", "Comment", "Review"):
            kept = pc.equal(columns["state"], "published")
        if name == "Note":
            kept = pc.and_(kept, pc.equal(columns["audience"], "everyone"))
            kept = pc.and_(kept, pc.invert(_among(columns["authorId"], self._private)))
            self._hidden.update(columns.filter(pc.invert(kept))["id"].to_pylist())
        if name == "Comment":
            kept = pc.and_(kept, pc.invert(_among(columns["noteId"], self._hidden)))
        if name == "Collection":
            kept = pc.invert(columns["private"])
        return self._ends.pass_on(Batch(batch.kind, columns.filter(kept), batch.file)).columns


def _among(column: pa.Array, values: set[str]) -> pa.Array:
    return pc.is_in(column, pa.array(sorted(values), pa.string()))


def _changed(columns: pa.RecordBatch, since: datetime, until: datetime) -> pa.RecordBatch:
    times = [pc.cast(columns[name], pa.int64()) for name in TIMES if name in columns.schema.names]
    if not times:
        return columns
    latest_ms = pc.max_element_wise(*times)
    # What has no time belongs to the run that begins at the beginning.
    kept = pc.and_(pc.greater_equal(latest_ms, _ms(since)), pc.less(latest_ms, _ms(until)))
    return columns.filter(pc.fill_null(kept, since == ALWAYS))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
