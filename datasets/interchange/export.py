"""Writes a running graph as an interchange folder, in constant memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from datasets.interchange.batches import Batch
from datasets.interchange.kinds import KINDS, Kind
from datasets.interchange.manifest import FileFormat, Manifest
from datasets.interchange.writing import FolderWriter
from graph import bulk
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.model import NodeKind

_ROWS_PER_BATCH = 10_000


async def export_graph(
    db: Database,
    path: Path,
    *,
    name: str,
    now: datetime,
    file_format: FileFormat = "parquet",
    progress: Progress | None = None,
) -> Manifest:
    """The folder at `path`, new or empty, with all nodes and relationships that `graph.model` knows.

    Properties that the model does not name stay behind. Read batch by batch: what is written meanwhile may be in or
    not; a relationship to a node that came too late is the reader's dangling reference, so export a quiet graph.
    Raises Conflict when the folder holds anything else.
    """
    progress = progress or Silent()
    writer = FolderWriter(path, name=name, file_format=file_format)
    try:
        for kind in KINDS.values():
            progress.step(f"Exporting {kind.name}", unit="rows")
            async for rows in _rows_of(db, kind):
                writer.write(Batch(kind, _columns(kind, rows), f"graph {kind.name}"))
                progress.advance(len(rows))
            progress.done()
        return writer.finish(now)
    finally:
        writer.close()


def _rows_of(db: Database, kind: Kind) -> AsyncIterator[list[list[Any]]]:
    if isinstance(kind.model, NodeKind):
        return bulk.read_nodes(db, kind.model, limit=_ROWS_PER_BATCH)
    return bulk.read_relationships(db, kind.model, limit=_ROWS_PER_BATCH)


def _columns(kind: Kind, rows: list[list[Any]]) -> pa.RecordBatch:
    arrays = []
    for field, values in zip(kind.schema, zip(*rows, strict=True), strict=True):
        stored = pa.int64() if pa.types.is_timestamp(field.type) else field.type
        arrays.append(pa.array(values, stored).cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=kind.schema)
