"""Readers of one file each: CSV, JSON lines and Parquet, in batches, with the line of every row."""

from __future__ import annotations

import bisect
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from datasets.interchange.batches import Batch, assemble, tell_refused
from datasets.interchange.kinds import Kind
from datasets.interchange.manifest import FileEntry
from datasets.interchange.problems import Problems
from datasets.interchange.values import arrow_accepted, from_arrow, from_text, from_values

ROWS_PER_BATCH = 20_000
_BLOCK_BYTES = 4 << 20  # no row may be larger
csv.field_size_limit(_BLOCK_BYTES)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a folder, and what it holds."""

    path: Path
    entry: FileEntry
    kind: Kind

    def batches(self, problems: Problems) -> Iterator[Batch]:
        """Its rows; those that cannot be read at all are left out and told of."""
        match self.entry.format:
            case "csv":
                yield from _read_csv(self, problems)
            case "jsonl":
                yield from _read_jsonl(self, problems)
            case "parquet":
                yield from _read_parquet(self, problems)


def _read_csv(source: Source, problems: Problems) -> Iterator[Batch]:
    kind, file = source.kind, source.entry.path
    try:
        with _open_text(source.path) as text:
            header = next(csv.reader(text), [])
    except (OSError, csv.Error, EOFError) as error:
        problems.add(file, f"cannot be read as UTF-8 CSV: {error}")
        problems.incomplete.add(kind.name)
        return
    known = _check_columns(kind, header, file, problems)
    if known is None:
        return
    skipped: list[int] = []
    problems.file(file, "line", lambda rows: _csv_lines(source.path, _physical(rows, skipped)))

    def refuse(row: Any) -> str:
        # Arrow counts from 1 and counts the heading.
        physical = row.number - 2
        message = f"has {row.actual_columns} columns where the heading has {row.expected_columns}"
        problems.add(file, message, row=~physical)
        problems.incomplete.add(kind.name)
        skipped.append(physical)
        return "skip"

    first_row = 0
    try:
        for texts in _open_csv(source.path, known, refuse):
            columns = {}
            for name in known:
                column = texts.column(name)
                columns[name] = from_text(kind.property(name), column)
                tell_refused(problems, kind, name, file, first_row, columns[name][1], column)
            yield assemble(kind, file, first_row, texts.num_rows, columns)
            first_row += texts.num_rows
    except (pa.ArrowException, OSError) as error:
        problems.incomplete.add(kind.name)
        line = _not_utf8(source.path)
        problems.add(file, "is not UTF-8" if line is not None else f"cannot be read as CSV: {error}", line=line)


def _open_csv(path: Path, columns: list[str], refuse: Any) -> Any:
    return arrow_csv.open_csv(
        str(path),
        # Only a single thread knows the numbers of the rows it refuses.
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in columns},
            include_columns=columns,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _read_jsonl(source: Source, problems: Problems) -> Iterator[Batch]:
    kind, file = source.kind, source.entry.path
    skipped: list[int] = []
    problems.file(file, "line", lambda rows: [row + 1 for row in _physical(rows, skipped)])
    known, told = set(kind.columns), set[str]()
    first_row, before = 0, problems.by_file[file]
    with _open_bytes(source.path) as lines:
        for objects in _json_objects(lines, file, skipped, problems):
            for row, one in enumerate(objects):
                if not one.keys() <= known and (unknown := one.keys() - known - told):
                    told |= unknown
                    for name in sorted(unknown):
                        problems.add(file, _unknown(kind), row=first_row + row, column=name)
            columns = {}
            for prop in kind.properties:
                values = [one.get(prop.name) for one in objects]
                columns[prop.name] = from_values(prop, values, epoch_ms=False)
                tell_refused(problems, kind, prop.name, file, first_row, columns[prop.name][1], values)
            yield assemble(kind, file, first_row, len(objects), columns)
            first_row += len(objects)
    if skipped or problems.by_file[file] > before:
        problems.incomplete.add(kind.name)


def _json_objects(
    lines: IO[bytes], file: str, skipped: list[int], problems: Problems
) -> Iterator[list[dict[str, Any]]]:
    objects: list[dict[str, Any]] = []
    try:
        for physical, line in enumerate(lines):
            try:
                one = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                one, why = None, f"is not a JSON object: {error}"
            else:
                why = "is not a JSON object"
            if not isinstance(one, dict):
                problems.add(file, why, row=~physical)
                skipped.append(physical)
                continue
            objects.append(one)
            if len(objects) == ROWS_PER_BATCH:
                yield objects
                objects = []
    except (OSError, EOFError) as error:
        problems.add(file, f"cannot be read: {error}")
    if objects:
        yield objects


def _read_parquet(source: Source, problems: Problems) -> Iterator[Batch]:
    kind, file = source.kind, source.entry.path
    problems.file(file, "row", lambda rows: [row + 1 for row in rows])
    try:
        with parquet.ParquetFile(source.path) as opened:
            known = _check_columns(kind, opened.schema_arrow.names, file, problems)
            if known is None:
                return
            first_row = 0
            for stored in opened.iter_batches(ROWS_PER_BATCH, columns=known):
                columns: dict[str, tuple[pa.Array, list[int]]] = {}
                for name in known:
                    column = from_arrow(kind.property(name), stored.column(name))
                    if column is None:
                        message = f"is stored as {stored.column(name).type}; accepted: "
                        problems.add(file, message + arrow_accepted(kind.property(name)), column=name)
                        problems.incomplete.add(kind.name)
                        return
                    columns[name] = (column, [])
                yield assemble(kind, file, first_row, stored.num_rows, columns)
                first_row += stored.num_rows
    except (pa.ArrowException, OSError) as error:
        problems.add(file, f"cannot be read as Parquet: {error}")
        problems.incomplete.add(kind.name)


def _check_columns(kind: Kind, header: list[str], file: str, problems: Problems) -> list[str] | None:
    """The header when it will do, else None: reading on would only repeat the fault for every row."""
    before = problems.count
    for place, name in enumerate(header):
        if name in header[:place]:
            problems.add(file, "is there twice", column=name)
        elif name not in kind.columns:
            problems.add(file, _unknown(kind), column=name)
    for name in kind.needed:
        if name not in header:
            problems.add(file, "is missing and required", column=name)
    if problems.count == before:
        return header
    problems.incomplete.add(kind.name)
    return None


def _unknown(kind: Kind) -> str:
    return f"unknown column of {kind.name}; accepted: " + ", ".join(kind.columns)


def _open_bytes(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path))
    return path.open("rb")


def _open_text(path: Path) -> IO[str]:
    return io.TextIOWrapper(_open_bytes(path), encoding="utf-8-sig", errors="replace", newline="")


def _physical(rows: list[int], skipped: list[int]) -> list[int]:
    """Places in the file of rows counted without those that were left out; `~place` stands for itself."""
    physical = []
    for row in rows:
        if row < 0:
            physical.append(~row)
            continue
        place = row
        while (moved := row + bisect.bisect_right(skipped, place)) != place:
            place = moved
        physical.append(place)
    return physical


def _csv_lines(path: Path, rows: list[int]) -> list[int]:
    """The lines on which rows (from 0, rising) begin."""
    wanted, lines = set(rows), dict[int, int]()
    # A file whose reading broke off has faults in front of the break; those behind are counted as if single lines.
    with _open_text(path) as text, suppress(csv.Error, OSError, EOFError):
        reader = csv.reader(text)
        next(reader, None)
        begins, row = reader.line_num + 1, 0
        for cells in reader:
            if not cells:  # Arrow passes over empty lines
                begins = reader.line_num + 1
                continue
            if row in wanted:
                lines[row] = begins
                if len(lines) == len(wanted):
                    break
            begins, row = reader.line_num + 1, row + 1
    return [lines.get(row, row + 2) for row in rows]


def _not_utf8(path: Path) -> int | None:
    """The first line (from 1) that is not UTF-8; None when all are."""
    try:
        with _open_bytes(path) as lines:
            for number, line in enumerate(lines, 1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return number
    except (OSError, EOFError):
        return None
    return None
