"""Writes a run: a file for each kind of node and relationship that is open, and the events; a manifest of all runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from datasets.behaviour import Names, export_behaviour
from datasets.interchange.batches import Batch
from datasets.interchange.export import Ends, batches_in_graph
from datasets.interchange.kinds import KINDS, OWN_KINDS, Kind
from graph.console.allowed import CLOSED_TYPES, OPEN_LABELS
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.embedded.replacement import sync
from graph.errors import Conflict, Invalid
from graph.model import NodeKind

MANIFEST = "manifest.json"
_PART = ".run"
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
# When a row last changed is the latest of these that its kind has; a kind with none is written whole in each run.
_TIMES = ("createdAt", "publishedAt", "editedAt", "at", "lastAt", "paidAt", "placedAt", "touchAt")
# What people did is told by events, with their names as they are there.
_AS_EVENTS = {"BehaviourEvent"}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run wrote: rows by kind, of what changed from `since` to before `until`."""

    name: str
    since: datetime
    until: datetime
    rows: Mapping[str, int]


def last_run(folder: Path) -> Run | None:
    """The latest run in the folder; None: there is none. Raises Invalid for a manifest that is none of ours."""
    runs = _runs(folder)
    return runs[-1] if runs else None


def _runs(folder: Path) -> list[Run]:
    path = folder / MANIFEST
    if not path.exists():
        return []
    try:
        found = orjson.loads(path.read_bytes())["runs"]
        return [
            Run(one["name"], datetime.fromisoformat(one["since"]), datetime.fromisoformat(one["until"]), one["rows"])
            for one in found
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Invalid(f"{path} is no manifest of an export for analysis") from None


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

    Of what is open to the console alone; of notes, comments and reviews what is published, of notes what everybody may
    read. Files are moved in when all are whole, and the manifest last. Constant memory but for 16 bytes a node.
    Raises Conflict when the folder holds that run, or anything that is no export for analysis.
    """
    before = _runs(folder)
    name = f"{until:%Y%m%dT%H%M%SZ}"
    part = _begun(folder, name, before)
    rows = await _written(database, part, name, since, until, progress or Silent())
    events = await export_behaviour(
        database, part / "behaviour", names=names, since=since, until=until, now=until, progress=progress
    )
    _rename_events(part, name)
    run = Run(name, since, until, {**rows, "events": events.events})
    _move_in(part, folder)
    _write_manifest(folder, [*before, run])
    return run


def _begun(folder: Path, name: str, before: list[Run]) -> Path:
    """An empty folder inside for what the run writes."""
    if not before and folder.exists() and any(one.name != _PART for one in folder.iterdir()):
        raise Conflict(f"{folder} holds something else: name a new folder")
    if any(one.name == name for one in before):
        raise Conflict(f"{folder} holds the run {name}")
    part = folder / _PART
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def _rename_events(part: Path, name: str) -> None:
    (part / "events").mkdir()
    for number, path in enumerate(sorted((part / "behaviour").glob("*.parquet"))):
        path.replace(part / "events" / f"{name}-{number:05}.parquet")


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
    times = [pc.cast(columns[name], pa.int64()) for name in _TIMES if name in columns.schema.names]
    if not times:
        return columns
    latest_ms = pc.max_element_wise(*times)
    # What has no time belongs to the run that begins at the beginning.
    kept = pc.and_(pc.greater_equal(latest_ms, _ms(since)), pc.less(latest_ms, _ms(until)))
    return columns.filter(pc.fill_null(kept, since == ALWAYS))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _move_in(part: Path, folder: Path) -> None:
    for path in sorted(part.glob("*/**/*.parquet")):
        target = folder / path.relative_to(part)
        target.parent.mkdir(parents=True, exist_ok=True)
        sync(path)
        path.replace(target)
    shutil.rmtree(part)


def _write_manifest(folder: Path, runs: list[Run]) -> None:
    schema = {kind.name: {one.name: str(one.type) for one in kind.schema} for kind in open_kinds()}
    whole = folder / f".{MANIFEST}"
    whole.write_bytes(orjson.dumps({"runs": list(map(asdict, runs)), "schema": schema}, option=orjson.OPT_INDENT_2))
    sync(whole)
    whole.replace(folder / MANIFEST)
    sync(folder)
