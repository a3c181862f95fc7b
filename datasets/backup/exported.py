"""A running database as files: the interchange format, and beside it what the service made for itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from datasets.interchange.export import Ends, batches_in_graph, export_graph
from datasets.interchange.kinds import KINDS, OWN_KINDS, Kind
from graph import bulk
from graph.database import Database
from graph.embedded.progress import Progress
from graph.overview import Size

GRAPH = "graph"
OWN = "own"
_ROWS_PER_WRITE = 2_000


async def write_export(database: Database, folder: Path, *, now: datetime, progress: Progress) -> Size:
    """How much was written: an interchange folder `graph/`, and `own/` with a file for each kind datasets may not hold.

    Batch by batch, so it is no snapshot while writes go on; what it holds can be imported all the same.
    """
    ends = Ends()
    name = f"backup of {now:%Y-%m-%d %H:%M:%S} UTC"
    manifest = await export_graph(database, folder / GRAPH, name=name, now=now, progress=progress, ends=ends)
    nodes = sum(one.rows for one in manifest.files if KINDS[one.kind].is_node)
    total = sum(one.rows for one in manifest.files)
    (folder / OWN).mkdir()
    for kind in OWN_KINDS.values():
        rows = await _write_own(database, kind, folder / OWN, ends, progress)
        nodes += rows if kind.is_node else 0
        total += rows
    return Size(nodes, total - nodes)


async def _write_own(database: Database, kind: Kind, folder: Path, ends: Ends, progress: Progress) -> int:
    rows = 0
    progress.step(f"Exporting {kind.name}", unit="rows")
    with parquet.ParquetWriter(folder / f"{kind.name}.parquet", kind.schema, compression="zstd") as writer:
        async for batch in batches_in_graph(database, kind):
            kept = ends.pass_on(batch)
            writer.write_batch(kept.columns)
            rows += kept.rows
            progress.advance(kept.rows)
    progress.done()
    return rows


async def bring_back(database: Database, folder: Path, progress: Progress) -> None:
    """Writes what the service had made for itself beside the imported graph; a repetition changes nothing."""
    for kind in OWN_KINDS.values():
        path = folder / OWN / f"{kind.name}.parquet"
        if not path.exists():
            continue  # a kind that came with a later version than the backup
        with parquet.ParquetFile(path) as stored:
            if not stored.metadata.num_rows:
                continue
            progress.step(f"Bringing back {kind.name}", stored.metadata.num_rows, "rows")
            for columns in stored.iter_batches(_ROWS_PER_WRITE):
                await bulk.write_rows(database, kind.model, _rows(kind, columns))
                progress.advance(columns.num_rows)
            progress.done()


def _rows(kind: Kind, columns: pa.RecordBatch) -> list[bulk.Row]:
    """Values in the order of the model; a property that came with a later version than the backup is absent."""
    lists = []
    for one in kind.schema:
        place = columns.schema.get_field_index(one.name)
        values = pa.nulls(columns.num_rows, one.type) if place < 0 else columns.column(place)
        lists.append((pc.cast(values, pa.int64()) if pa.types.is_timestamp(one.type) else values).to_pylist())
    return [list(row) for row in zip(*lists, strict=True)]
