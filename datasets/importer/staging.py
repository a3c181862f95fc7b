"""The files that Neo4j's bulk importer reads: one CSV file per kind, nodes numbered by their row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from datasets.interchange.batches import Batch
from datasets.interchange.kinds import Kind
from datasets.interchange.validation import Checked
from datasets.interchange.writing import iso_times
from graph.model import NodeKind, PropertyType

LIST_DELIMITER = "\x1f"
_COLUMN_TYPE = {
    PropertyType.STRING: "string",
    PropertyType.INTEGER: "long",
    PropertyType.FLOAT: "double",
    PropertyType.BOOLEAN: "boolean",
    PropertyType.DATETIME: "datetime",
    PropertyType.STRINGS: "string[]",
}


class Staging:
    """Writes checked batches to a folder and says how the importer must be called on it.

    The checker knows the row of every end already, so relationships name their ends by number: the importer then
    keeps no table of ids, and reads a third of the bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, arrow_csv.CSVWriter] = {}
        self._multiline: set[str] = set()
        self.rows: dict[str, int] = {}

    def write(self, checked: Checked) -> None:
        """Appends the batch to the file of its kind."""
        batch = checked.batch
        kind = batch.kind
        first = self.rows.get(kind.name, 0)
        if kind.is_node:
            numbers = [pa.array(np.arange(first, first + batch.rows))]
        else:
            numbers = [pa.array(checked.start_rows), pa.array(checked.end_rows)]
        columns = [_text(batch.column(name)) for name in _stored(kind)]
        rows = pa.RecordBatch.from_arrays([*numbers, *columns], names=_heading(kind))
        if kind.name not in self._writers:
            self._writers[kind.name] = arrow_csv.CSVWriter(self._file(kind.name), rows.schema)
        self._writers[kind.name].write_batch(rows)
        self.rows[kind.name] = first + batch.rows
        if kind.name not in self._multiline and _has_line_ends(batch):
            self._multiline.add(kind.name)

    def close(self) -> None:
        """Closes the files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def arguments(self, kinds: dict[str, Kind]) -> list[str]:
        """What the importer must be told to read these files."""
        arguments = [
            "--id-type=integer",
            f"--array-delimiter=U+{ord(LIST_DELIMITER):04X}",
            "--path-pattern-style=none",
            "--bad-tolerance=0",
        ]
        if self._multiline:
            # Only files named here lose the importer's parallel reading.
            files = ",".join(str(self._file(kind)) for kind in sorted(self._multiline))
            arguments += ["--multiline-fields-format=v2", f"--multiline-fields={files}"]
        for name in self.rows:
            model = kinds[name].model
            if isinstance(model, NodeKind):
                arguments.append(f"--nodes={model.label}={self._file(name)}")
            else:
                arguments.append(f"--relationships={model.type}={self._file(name)}")
        return arguments

    def _file(self, kind: str) -> Path:
        return self._folder / f"{kind}.csv"


def _stored(kind: Kind) -> list[str]:
    """The columns that become properties."""
    ends = {column for column, _ in kind.ends}
    return [name for name in kind.columns if name not in ends]


def _heading(kind: Kind) -> list[str]:
    model = kind.model
    if isinstance(model, NodeKind):
        numbers = [f":ID({model.label})"]
    else:
        numbers = [f":START_ID({model.start})", f":END_ID({model.end})"]
    return numbers + [f"{name}:{_COLUMN_TYPE[kind.property(name).type]}" for name in _stored(kind)]


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return iso_times(column)
    if pa.types.is_list(column.type):
        return pc.binary_join(column, LIST_DELIMITER)
    return column


def _has_line_ends(batch: Batch) -> bool:
    texts = [column for column in batch.columns.columns if pa.types.is_string(column.type)]
    return any(pc.any(pc.match_substring_regex(column, pattern=r"[\r\n]")).as_py() for column in texts)
