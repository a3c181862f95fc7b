"""Batches of typed columns: what every file and every other source of data becomes before it is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from datasets.interchange.kinds import KINDS, Kind
from datasets.interchange.problems import Problems
from datasets.interchange.values import accepted, from_values
from datasets.tables import Dataset, Table


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one kind, with every column of the kind; absent ones are null.

    `first_row` counts the rows of the same kind before it. `refused` names, by column, the rows of the batch whose
    values did not fit their type: they are null, and have been told of.
    """

    kind: Kind
    columns: pa.RecordBatch
    file: str
    first_row: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return int(self.columns.num_rows)

    def column(self, name: str) -> pa.Array:
        """One column."""
        return self.columns.column(self.columns.schema.get_field_index(name))

    def with_column(self, name: str, values: pa.Array) -> Batch:
        """The batch with one column replaced."""
        place = self.columns.schema.get_field_index(name)
        columns = self.columns.set_column(place, self.kind.schema.field(name), values)
        return Batch(self.kind, columns, self.file, self.first_row, self.refused)


@runtime_checkable
class BatchSource(Protocol):
    """A dataset that can hand over its columns without the detour by Python values, and some kinds alone."""

    @property
    def name(self) -> str:
        """What progress and summaries call it."""
        ...

    def batches(self, problems: Problems, only: Collection[str] | None = None) -> Iterator[Batch]:
        """Its batches, nodes first; `only` of those kinds when given. Faults go to `problems`."""
        ...


def batches_of(
    dataset: Dataset | BatchSource, problems: Problems, only: Collection[str] | None = None
) -> Iterator[Batch]:
    """The batches of any dataset, nodes first, in the order in which it gives them."""
    if isinstance(dataset, BatchSource):
        yield from dataset.batches(problems, only)
        return
    seen: dict[str, int] = {}
    for table in dataset.tables():
        if only is not None and table.name not in only:
            continue
        batch = _from_table(table, seen.get(table.name, 0), problems)
        seen[table.name] = seen.get(table.name, 0) + table.rows
        if batch is not None:
            yield batch


def to_table(batch: Batch) -> Table:
    """The batch as Python values, as `datasets.tables` describes them."""
    columns: dict[str, list[Any]] = {}
    for name in batch.kind.columns:
        values = batch.column(name)
        epoch = pa.types.is_timestamp(values.type)
        columns[name] = (values.cast(pa.int64()) if epoch else values).to_pylist()
    return Table(batch.kind.name, columns, batch.rows)


def assemble(kind: Kind, file: str, first_row: int, rows: int, columns: dict[str, tuple[pa.Array, list[int]]]) -> Batch:
    """A batch of columns that came one by one, each with its refused rows."""
    arrays = []
    refused: dict[str, list[int]] = {}
    for prop in kind.properties:
        if prop.name not in columns:
            arrays.append(pa.nulls(rows, kind.schema.field(prop.name).type))
            continue
        values, bad = columns[prop.name]
        arrays.append(values)
        if bad:
            refused[prop.name] = bad
    return Batch(kind, pa.RecordBatch.from_arrays(arrays, schema=kind.schema), file, first_row, refused)


def tell_refused(
    problems: Problems, kind: Kind, column: str, file: str, first_row: int, refused: list[int], values: Any
) -> None:
    """Notes the values that did not fit their type; `values` are as they stood."""
    meaning = accepted(kind.property(column))
    for place, row in enumerate(refused):
        if problems.full:
            problems.more(file, len(refused) - place)
            return
        value = values[row].as_py() if isinstance(values, pa.Array) else values[row]
        problems.add(file, f"{shown(value)} is not accepted: {meaning}", row=first_row + row, column=column)


def shown(value: object) -> str:
    """A value as a message shows it: quoted when text, cut when long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…" + text[-1]


def _from_table(table: Table, first_row: int, problems: Problems) -> Batch | None:
    file = f"table {table.name}"
    kind = KINDS.get(table.name)
    if kind is None:
        problems.add(file, "no such kind in the graph model; accepted: " + ", ".join(KINDS))
        return None
    typed: dict[str, tuple[pa.Array, list[int]]] = {}
    for name, values in table.columns.items():
        if name not in kind.columns:
            problems.add(file, "unknown column; accepted: " + ", ".join(kind.columns), column=name)
        elif len(values) != table.rows:
            problems.add(file, f"has {len(values)} values for {table.rows} rows", column=name)
        else:
            typed[name] = from_values(kind.property(name), values, epoch_ms=True)
            tell_refused(problems, kind, name, file, first_row, typed[name][1], values)
    return assemble(kind, file, first_row, table.rows, typed)
