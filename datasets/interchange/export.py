"""Writes a running graph as an interchange folder, batch by batch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from datasets.interchange.batches import Batch
from datasets.interchange.keys import Hashes, KeyIndex, hashes
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
    ends: Ends | None = None,
) -> Manifest:
    """The folder at `path`, new or empty, with all nodes and relationships of the model that datasets may hold.

    Properties that the model does not name stay behind. Read batch by batch, so what is written meanwhile may be in
    or not; a relationship to a node that came too late is left out. Takes 16 bytes of memory for each node.
    Raises Conflict when the folder holds anything else. `ends` is told of the nodes that were read.
    """
    progress = progress or Silent()
    writer = FolderWriter(path, name=name, file_format=file_format)
    ends = ends or Ends()
    try:
        for kind in KINDS.values():
            progress.step(f"Exporting {kind.name}", unit="rows")
            async for batch in batches_in_graph(db, kind):
                kept = ends.pass_on(batch)
                if kept.rows:
                    writer.write(kept)
                progress.advance(batch.rows)
            progress.done()
        return writer.finish(now)
    finally:
        writer.close()


class Ends:
    """Which nodes have been read, to leave out relationships that lead to any other."""

    def __init__(self) -> None:
        self._read: dict[str, list[Hashes]] = {}
        self._index: dict[str, KeyIndex] = {}

    def pass_on(self, batch: Batch) -> Batch:
        """The batch, without relationships whose ends have not been read; all nodes of their labels come before."""
        if batch.kind.is_node:
            self._read.setdefault(batch.kind.name, []).append(hashes(batch.column("id")))
            return batch
        whole = np.ones(batch.rows, np.bool_)
        for column, label in batch.kind.ends:
            whole &= self._nodes(label).rows(hashes(batch.column(column))) >= 0
        return Batch(batch.kind, batch.columns.filter(pa.array(whole)), batch.file) if not whole.all() else batch

    def _nodes(self, label: str) -> KeyIndex:
        if label not in self._index:
            self._index[label] = KeyIndex(np.concatenate(self._read.pop(label, [np.zeros(0, np.uint64)])))
        return self._index[label]


async def batches_in_graph(db: Database, kind: Kind) -> AsyncIterator[Batch]:
    """Every row of the kind that the graph holds, by rising id."""
    model = kind.model
    rows = (
        bulk.read_nodes(db, model, limit=_ROWS_PER_BATCH)
        if isinstance(model, NodeKind)
        else bulk.read_relationships(db, model, limit=_ROWS_PER_BATCH)
    )
    async for some in rows:
        yield Batch(kind, _columns(kind, some), f"graph {kind.name}")


def _columns(kind: Kind, rows: list[list[Any]]) -> pa.RecordBatch:
    arrays = []
    for field, values in zip(kind.schema, zip(*rows, strict=True), strict=True):
        stored = pa.int64() if pa.types.is_timestamp(field.type) else field.type
        arrays.append(pa.array(values, stored).cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=kind.schema)
