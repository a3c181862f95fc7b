"""Rows as Arrow columns. A column's type is that of its first rows and stays; what has no type of Arrow's is JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import neo4j.time
import neo4j.vector
import pyarrow as pa

from graph.console.refusals import CypherFault
from graph.console.values import to_json

_NONE = type(None)
_UTC = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of Arrow, and how values become ones that it takes; None: as they are."""

    type: pa.DataType
    convert: Callable[[Any], Any] | None = None

    def array(self, name: str, values: Sequence[Any]) -> pa.Array:
        """The column. Raises CypherFault for a value that is not of the type."""
        if self.convert is not None:
            convert = self.convert
            values = [None if one is None else convert(one) for one in values]
        try:
            return pa.array(values, self.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, ValueError) as error:
            raise CypherFault(
                "MixedTypes",
                f"the column {name} begins with {self.type} and goes on with something else: make it one, as by "
                f"toFloat() or toString() ({str(error)[:200]})",
            ) from None


def _native(value: Any) -> Any:
    return value.to_native()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value).decode()


_INTEGER, _FLOAT, _STRING = Kind(pa.int64()), Kind(pa.float64()), Kind(pa.string())
_JSON = Kind(pa.string(), _text)
_KINDS: dict[frozenset[type], Kind] = {
    frozenset({int}): _INTEGER,
    frozenset({float}): _FLOAT,
    frozenset({int, float}): _FLOAT,
    frozenset({str}): _STRING,
    frozenset({bool}): Kind(pa.bool_()),
    frozenset({bytes}): Kind(pa.binary()),
    frozenset({neo4j.time.Date}): Kind(pa.date32(), _native),
    frozenset({neo4j.vector.Vector}): Kind(pa.list_(pa.float64()), _native),
}
_LISTS = {
    frozenset({int}): Kind(pa.list_(pa.int64())),
    frozenset({float}): Kind(pa.list_(pa.float64())),
    frozenset({int, float}): Kind(pa.list_(pa.float64())),
    frozenset({str}): Kind(pa.list_(pa.string())),
}


def kind_of(values: Sequence[Any]) -> Kind:
    """The kind that these values need; JSON text for what is mixed, nested or not there at all."""
    found = frozenset(set(map(type, values)) - {_NONE})
    if found == {neo4j.time.DateTime}:
        zoned = {one.tzinfo is not None for one in values if one is not None}
        return Kind(_UTC if zoned == {True} else pa.timestamp("us"), _native) if len(zoned) == 1 else _JSON
    if found == {list}:
        inner = frozenset({type(one) for each in values if each is not None for one in each} - {_NONE})
        return _LISTS.get(inner, _JSON)
    return _KINDS.get(found, _JSON)


class Columns:
    """Makes record batches of one schema."""

    def __init__(self, names: Sequence[str], first: Sequence[Sequence[Any]]) -> None:
        self._names = list(names)
        columns = list(zip(*first, strict=True)) or [()] * len(self._names)
        self._kinds = [kind_of(one) for one in columns]
        self.schema = pa.schema([pa.field(name, kind.type) for name, kind in zip(names, self._kinds, strict=True)])

    def batch(self, rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
        """The rows. Raises CypherFault for a column that changes its type."""
        columns = list(zip(*rows, strict=True)) or [()] * len(self._names)
        arrays = [
            kind.array(name, values) for name, kind, values in zip(self._names, self._kinds, columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)
