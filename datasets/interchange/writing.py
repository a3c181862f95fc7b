"""Writes interchange folders: every file first, the manifest last, so that a folder with one is whole."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from datasets.interchange.batches import Batch, BatchSource, batches_of
from datasets.interchange.kinds import KINDS, Kind
from datasets.interchange.manifest import MANIFEST, FileEntry, FileFormat, Manifest, sha256_of
from datasets.interchange.problems import Problems
from datasets.tables import Dataset
from graph.embedded.progress import Progress, Silent
from graph.embedded.replacement import sync
from graph.errors import Conflict


class _Sink(Protocol):
    def write(self, columns: pa.RecordBatch) -> None: ...
    def close(self) -> None: ...


class FolderWriter:
    """Writes one folder, batch by batch, in any order of kinds; a folder that was not finished has no manifest."""

    def __init__(self, path: Path, *, name: str, file_format: FileFormat = "parquet") -> None:
        """Opens the folder, making it. Raises Conflict when it holds anything but an unfinished export."""
        path.mkdir(parents=True, exist_ok=True)
        ours = {_file_name(kind, file_format) for kind in KINDS} | {f".{MANIFEST}.part"}
        foreign = sorted(one.name for one in path.iterdir() if one.name not in ours)
        if foreign:
            raise Conflict(f"{path} is not empty ({', '.join(foreign[:3])}): export into a new folder")
        for one in path.iterdir():
            one.unlink()
        self._path, self._name, self._format = path, name, file_format
        self._sinks: dict[str, _Sink] = {}
        self._rows: dict[str, int] = {}

    def write(self, batch: Batch) -> None:
        """Appends the rows to the file of their kind."""
        kind = batch.kind
        if kind.name not in self._sinks:
            self._sinks[kind.name] = _SINKS[self._format](self._path / _file_name(kind.name, self._format), kind)
            self._rows[kind.name] = 0
        self._sinks[kind.name].write(batch.columns)
        self._rows[kind.name] += batch.rows

    def finish(self, now: datetime) -> Manifest:
        """Closes every file and puts the manifest, dated `now` (aware UTC), beside them."""
        self.close()
        files = tuple(self._entry(kind) for kind in KINDS if kind in self._rows)
        manifest = Manifest(self._name, now, files)
        manifest.write(self._path)
        return manifest

    def close(self) -> None:
        """Closes every file, without a manifest."""
        for sink in self._sinks.values():
            sink.close()
        self._sinks.clear()

    def _entry(self, kind: str) -> FileEntry:
        path = self._path / _file_name(kind, self._format)
        sync(path)
        return FileEntry(kind, path.name, self._format, self._rows[kind], sha256_of(path))


def write_folder(
    dataset: Dataset | BatchSource,
    path: Path,
    *,
    now: datetime,
    file_format: FileFormat = "parquet",
    progress: Progress | None = None,
) -> Manifest:
    """Writes any dataset as an interchange folder. Raises Conflict, or InvalidDataset for wrong values."""
    progress, problems = progress or Silent(), Problems()
    writer = FolderWriter(path, name=dataset.name, file_format=file_format)
    progress.step(f"Writing {dataset.name}", unit="rows")
    try:
        for batch in batches_of(dataset, problems):
            problems.raise_if_any(dataset.name)
            writer.write(batch)
            progress.advance(batch.rows)
        problems.raise_if_any(dataset.name)
        return writer.finish(now)
    finally:
        writer.close()
        progress.done()


def iso_times(column: pa.Array) -> pa.Array:
    """Times as RFC 3339 texts with milliseconds and Z."""
    return pc.binary_replace_slice(column.cast(pa.string()), 10, 11, "T")


def _file_name(kind: str, file_format: FileFormat) -> str:
    return f"{kind}.{file_format}"


class _Parquet:
    def __init__(self, path: Path, kind: Kind) -> None:
        self._writer = parquet.ParquetWriter(path, kind.schema, compression="zstd")

    def write(self, columns: pa.RecordBatch) -> None:
        self._writer.write_batch(columns)

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, path: Path, kind: Kind) -> None:
        self._file = path.open("wb")
        self._file.write((",".join(kind.columns) + "\n").encode())

    def write(self, columns: pa.RecordBatch) -> None:
        texts = pa.RecordBatch.from_arrays([_csv_text(one) for one in columns.columns], names=columns.schema.names)
        # Without quotes an empty field is an absent value; with them it is an empty text.
        arrow_csv.write_csv(texts, self._file, arrow_csv.WriteOptions(include_header=False))

    def close(self) -> None:
        self._file.close()


class _Jsonl:
    def __init__(self, path: Path, kind: Kind) -> None:
        self._file: io.BufferedWriter = path.open("wb")

    def write(self, columns: pa.RecordBatch) -> None:
        values = [_json_values(one) for one in columns.columns]
        names = columns.schema.names
        for row in zip(*values, strict=True):
            present = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            self._file.write(orjson.dumps(present) + b"\n")

    def close(self) -> None:
        self._file.close()


_SINKS: dict[FileFormat, Any] = {"parquet": _Parquet, "csv": _Csv, "jsonl": _Jsonl}


def _csv_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return iso_times(column)
    if pa.types.is_list(column.type):
        return pa.array([None if one is None else orjson.dumps(one).decode() for one in column.to_pylist()])
    return column


def _json_values(column: pa.Array) -> list[Any]:
    return list((iso_times(column) if pa.types.is_timestamp(column.type) else column).to_pylist())
