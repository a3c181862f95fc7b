"""Merges the runs in a folder into one, so that neither files nor lines that no longer count grow without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as parquet

from datasets.interchange.kinds import KINDS, OWN_KINDS
from datasets.lake.export import TIMES, schemas
from datasets.lake.folder import EVENTS, Run, begun, move_in, runs_of, sweep, write_manifest
from graph.errors import NotFound
from graph.model import RelationshipKind

_ROWS_PER_GROUP = 128 * 1024
_BETWEEN = "\x1f"  # in no id


def merge_runs(folder: Path) -> Run:
    """Puts one run in place of all in the folder, and returns it; a single run stays as it is.

    Of each row the newest line is kept; of what has no time, and was written whole in each run, the last run's; nothing
    of what came before a whole run. A merged file takes the place of its kind's newest, then the manifest names it, and
    what it replaces goes last: at every moment all rows can be read, some of them twice until the end. A merge that was
    broken off is begun anew. Memory grows with the rows that changed since the first run, by their ids alone.
    Raises NotFound for a folder without runs, or Invalid as `runs_of`.
    """
    runs = runs_of(folder)
    if not runs:
        raise NotFound(f"{folder} holds no export for analysis", field=("folder",))
    sweep(folder, runs)
    if len(runs) == 1:
        return runs[0]
    part = begun(folder)
    places = groupby(sorted((one for run in runs for one in run.files), key=_place), key=_place)
    files = [_merge(folder, part, list(of_place), runs) for _, of_place in places]
    move_in(part, folder)
    rows = {Path(_place(one)).name: parquet.read_metadata(folder / one).num_rows for one in files}
    merged = Run(runs[-1].name, _counting(runs)[0].since, runs[-1].until, rows, files)
    write_manifest(folder, [merged], schemas())
    sweep(folder, [merged])
    return merged


def _place(file: str) -> str:
    return str(Path(file).parent)


def _counting(runs: Sequence[Run]) -> Sequence[Run]:
    """The last run that is whole, and those after it."""
    return runs[max((at for at, run in enumerate(runs) if run.whole), default=0) :]


def _merge(folder: Path, part: Path, files: list[str], runs: Sequence[Run]) -> str:
    """The one file that holds a kind's rows: of its files the only one that counts, or one in the part by its name."""
    files.sort()
    schema = parquet.read_schema(folder / files[-1])
    timeless = not set(TIMES) & set(schema.names)
    counting = {one for run in (runs[-1:] if timeless else _counting(runs)) for one in run.files}
    kept = [one for one in files if one in counting]
    if len(kept) == 1:
        return kept[0]
    target = (kept or files)[-1]
    (part / target).parent.mkdir(parents=True)
    key = _key(Path(_place(target)).name, schema)
    with parquet.ParquetWriter(part / target, schema, compression="zstd") as writer:
        for table in _grouped(_newest([folder / one for one in kept], schema, key)):
            writer.write_table(table)
    return target


def _key(kind: str, schema: pa.Schema) -> list[str]:
    """The columns that tell a row of the kind from every other."""
    if kind == EVENTS:
        return ["event_id"]
    known = {**KINDS, **OWN_KINDS}.get(kind)
    if known is None or (isinstance(known.model, RelationshipKind) and known.model.many_per_pair):
        return list(schema.names)
    return ["id"] if known.is_node else ["start", "end"]


def _newest(files: Sequence[Path], schema: pa.Schema, key: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows of each file that no later one has."""
    keys = [_keys(file, key) for file in files[1:]]
    for at, file in enumerate(files):
        superseded = pa.concat_arrays([pa.array([], pa.string()), *keys[at:]])
        # By the newest schema: a column that came later is empty in what was written before.
        for batch in ds.dataset(file, schema=schema).to_batches(batch_size=_ROWS_PER_GROUP, batch_readahead=1):
            yield batch.filter(pc.invert(pc.is_in(_joined(batch, key), superseded)))


def _grouped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in groups of a good size, of however many batches."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.num_rows for one in held) >= _ROWS_PER_GROUP:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def _keys(file: Path, key: list[str]) -> pa.Array:
    return _joined(parquet.read_table(file, columns=key).combine_chunks(), key)


def _joined(rows: pa.RecordBatch | pa.Table, key: list[str]) -> pa.Array:
    columns = [rows[name].cast(pa.string()) for name in key]
    found = pc.binary_join_element_wise(*columns, _BETWEEN, null_handling="replace")
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
