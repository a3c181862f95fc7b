"""The files that Neo4j's bulk importer reads: one Parquet file per kind, nodes numbered by their row.

Not CSV: on texts with line ends its parallel reader (`--multiline-fields-format=v2`) takes some ends of lines inside
quotes for ends of rows (seen with 2026.02.2), so that a note's text could break an import or pass for a row; and its
exact reader is serial.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from datasets.interchange.kinds import Kind
from datasets.interchange.validation import Checked
from datasets.interchange.writing import iso_times
from graph.errors import Invalid
from graph.model import NodeKind, Property, PropertyType

# The importer takes no list of Parquet ("not a supported property value"), but splits a text at a delimiter.
_BETWEEN = "\x1f"

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
    keeps no table of texts, and reads a fraction of the bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, parquet.ParquetWriter] = {}
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
        columns = [_storable(batch.column(name), kind.property(name)) for name in _stored(kind)]
        rows = pa.RecordBatch.from_arrays([*numbers, *columns], names=_heading(kind))
        if kind.name not in self._writers:
            self._writers[kind.name] = parquet.ParquetWriter(self._file(kind.name), rows.schema)
        self._writers[kind.name].write_batch(rows)
        self.rows[kind.name] = first + batch.rows

    def close(self) -> None:
        """Closes the files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def arguments(self, kinds: dict[str, Kind]) -> list[str]:
        """What the importer must be told to read these files."""
        arguments = ["--input-type=parquet", "--id-type=integer", "--path-pattern-style=none", "--bad-tolerance=0"]
        arguments.append(f"--array-delimiter=U+{ord(_BETWEEN):04X}")
        for name in self.rows:
            model = kinds[name].model
            if isinstance(model, NodeKind):
                arguments.append(f"--nodes={model.label}={self._file(name)}")
            else:
                arguments.append(f"--relationships={model.type}={self._file(name)}")
        return arguments

    def _file(self, kind: str) -> Path:
        return self._folder / f"{kind}.parquet"


def _stored(kind: Kind) -> list[str]:
    """The columns that become properties."""
    ends = {column for column, _ in kind.ends}
    return [name for name in kind.columns if name not in ends]


def _storable(column: pa.Array, prop: Property) -> pa.Array:
    """The column as the importer reads it right; an empty list becomes an absent one.

    Optional times are texts: the importer would read on at an absent time, and take the next one for it.
    """
    if prop.type is PropertyType.STRINGS:
        if pc.any(pc.match_substring(column.flatten(), _BETWEEN)).as_py():
            raise Invalid(f"{prop.name}: a text in a list may not hold the unit separator (U+001F)")
        return pc.binary_join(column, _BETWEEN)
    return iso_times(column) if prop.type is PropertyType.DATETIME and not prop.required else column


def _heading(kind: Kind) -> list[str]:
    model = kind.model
    if isinstance(model, NodeKind):
        numbers = [f":ID({model.label})"]
    else:
        numbers = [f":START_ID({model.start})", f":END_ID({model.end})"]
    return numbers + [f"{name}:{_COLUMN_TYPE[kind.property(name).type]}" for name in _stored(kind)]
