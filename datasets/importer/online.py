"""The path into a running graph, empty or not: batches that are counted in the transaction that writes them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from datasets.importer.summary import Summary
from datasets.interchange.batches import Batch, BatchSource, batches_of, shown
from datasets.interchange.derived import Derivation
from datasets.interchange.folder import InterchangeFolder
from datasets.interchange.kinds import KINDS
from datasets.interchange.problems import Problems
from datasets.interchange.validation import Checker, check_sums, total_rows
from datasets.tables import Dataset
from graph import bulk, embeddings
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.errors import Conflict
from graph.jobs import state
from graph.jobs.trends import JOB as TRENDS

_STEP_ROWS = 5_000
_STEP_BYTES = 4 << 20  # long texts: a transaction may hold only so much
_IDS_PER_QUESTION = 10_000


async def import_online(dataset: Dataset | BatchSource, db: Database, progress: Progress | None = None) -> Summary:
    """Checks the dataset against itself and the graph, then writes it in batches.

    A call that was cut off at any moment is taken up by the next one with the same data: no batch is lost, none
    written twice. Checking and preparing keep the event loop busy for up to a second at a time. Raises
    InvalidDataset before anything is written, Conflict when the schema is not migrated or another process imports
    the same data.
    """
    began, progress = time.perf_counter(), progress or Silent()
    labels = [kind.name for kind in KINDS.values() if kind.is_node]
    if unindexed := await bulk.without_id_constraint(db, labels):
        raise Conflict(f"the graph has no id constraint for {', '.join(unindexed)}: run `migrate` first")
    fingerprint = await _check(dataset, db, progress)
    checked = time.perf_counter()
    import_id = f"import_{fingerprint[:32]}"
    done = await bulk.begin_import(db, import_id=import_id, name=dataset.name, now=_now())
    rows: dict[str, int] = {}
    progress.step(f"Importing {dataset.name}", total_rows(dataset), "rows")
    for step in _steps(dataset, import_id, done, progress):
        await bulk.write_step(db, step, now=_now())
        rows[step.kind_name] = rows.get(step.kind_name, 0) + len(step.rows)
        progress.advance(len(step.rows))
    progress.done()
    await bulk.finish_import(db, import_id=import_id, now=_now())
    # What is imported is older than what the job last looked at.
    await state.forget(db, TRENDS)
    await embeddings.ask_sweep(db, now=_now())
    return Summary(dataset.name, "online", rows, time.perf_counter() - began, checked - began)


async def _check(dataset: Dataset | BatchSource, db: Database, progress: Progress) -> str:
    """What tells this data from any other. Raises InvalidDataset."""
    problems = Problems()
    check_sums(dataset, problems)
    empty = await bulk.is_empty(db)
    checker = Checker(dataset, problems, open_ended=not empty)
    digest = hashlib.blake2b()
    progress.step(f"Checking {dataset.name}", total_rows(dataset), "rows")
    for checked in checker.batches():
        batch = checked.batch
        digest.update(batch.kind.name.encode() + bytes(batch.columns.serialize()))
        if not empty and batch.kind.is_node:
            await _check_unique(batch, db, problems)
        progress.advance(batch.rows)
    progress.done()
    for label, references in checker.unresolved.items():
        ids = list(references)
        for first in range(0, len(ids), _IDS_PER_QUESTION):
            asked = ids[first : first + _IDS_PER_QUESTION]
            missing = await bulk.missing_ids(db, label=label, ids=asked)
            for one in (one for one in asked if one in missing):
                reference = references[one]
                message = f"{shown(one)} leads nowhere: no {label} in the files or the graph has this id"
                problems.add(reference.file, message, row=reference.row, column=reference.column)
    problems.raise_if_any(dataset.name)
    return dataset.fingerprint if isinstance(dataset, InterchangeFolder) else digest.hexdigest()


async def _check_unique(batch: Batch, db: Database, problems: Problems) -> None:
    """Notes values of unique columns that another node of the graph has already."""
    ids = batch.column("id").to_pylist()
    for column in batch.kind.unique[1:]:
        pairs = dict(zip(ids, batch.column(column).to_pylist(), strict=True))
        taken = await bulk.taken_values(db, label=batch.kind.name, column=column, values=pairs)
        for row, one in enumerate(ids):
            if one in taken:
                message = f"{shown(pairs[one])} belongs to {taken[one]} in the graph, and must be unique"
                problems.add(batch.file, message, row=batch.first_row + row, column=column)


def _steps(
    dataset: Dataset | BatchSource, import_id: str, done: dict[str, int], progress: Progress
) -> Iterator[bulk.Step]:
    """What is left to write."""
    derivation, problems = Derivation(dataset), Problems()
    for batch in batches_of(dataset, problems):
        problems.raise_if_any(dataset.name)  # the files were changed since they were checked
        left = max(0, done.get(batch.kind.name, 0) - batch.first_row)
        if left >= batch.rows:
            progress.advance(batch.rows)
            continue
        progress.advance(left)
        filled = derivation.fill(batch)
        step_rows = _rows_per_step(filled.columns)
        for first in range(left, batch.rows, step_rows):
            rows = _rows(filled.columns.slice(first, step_rows))
            yield bulk.Step(import_id, batch.kind.model, batch.first_row + first, rows)


def _rows_per_step(columns: pa.RecordBatch) -> int:
    bytes_per_row = columns.nbytes / max(1, columns.num_rows)
    return max(1, min(_STEP_ROWS, int(_STEP_BYTES / max(1.0, bytes_per_row))))


def _rows(columns: pa.RecordBatch) -> list[bulk.Row]:
    lists = [
        (pc.cast(one, pa.int64()) if pa.types.is_timestamp(one.type) else one).to_pylist() for one in columns.columns
    ]
    return [list(row) for row in zip(*lists, strict=True)]


def _now() -> datetime:
    return datetime.now(UTC)
