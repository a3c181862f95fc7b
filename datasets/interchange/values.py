"""Columns as they stand in files, made into the types of the model; what does not fit is told by its rows.

Every function returns the column in its Arrow type, null where the value was absent or refused, and the rows
(from 0) whose values were refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from datasets.interchange.kinds import ARROW_TYPE, TIME
from graph.model import Property, PropertyType

Refused: TypeAlias = list[int]
_NAMES = {
    PropertyType.STRING: "text",
    PropertyType.INTEGER: "an integer",
    PropertyType.FLOAT: "a number",
    PropertyType.BOOLEAN: "true or false",
    PropertyType.DATETIME: "an RFC 3339 time with its offset, like 2024-05-01T09:30:00Z",
    PropertyType.STRINGS: "a JSON list of texts",
    PropertyType.FLOATS: "a JSON list of numbers",
}
# Arrow's own parsers are more generous: hexadecimal integers, spaces, times without seconds.
_SHAPES = {
    PropertyType.INTEGER: r"^-?[0-9]{1,18}$",
    PropertyType.FLOAT: r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$",
    PropertyType.BOOLEAN: r"^(true|false)$",
    PropertyType.DATETIME: r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$",
}


def accepted(prop: Property) -> str:
    """What a value of the property may be, for a person."""
    if prop.one_of:
        return "one of " + ", ".join(prop.one_of)
    if prop.minimum is not None and prop.maximum is not None:
        return f"{_NAMES[prop.type]} from {prop.minimum} to {prop.maximum}"
    if prop.minimum is not None:
        return f"{_NAMES[prop.type]} not below {prop.minimum}"
    if prop.max_length is not None:
        return f"{_NAMES[prop.type]} of at most {prop.max_length:,} characters"
    return _NAMES[prop.type]


def from_text(prop: Property, column: pa.Array) -> tuple[pa.Array, Refused]:
    """A column of texts, as CSV holds them."""
    if prop.type is PropertyType.STRING:
        return column, []
    if prop.type is PropertyType.STRINGS:
        return _lists(column)
    fits = pc.match_substring_regex(column, pattern=_SHAPES[prop.type])
    refused = _rows(pc.invert(fits))
    if refused:
        column = pc.if_else(fits, column, pa.scalar(None, pa.string()))
    if prop.type is PropertyType.DATETIME:
        # Milliseconds are what the format keeps, and Arrow refuses to drop digits by itself.
        column = pc.replace_substring_regex(column, pattern=r"(\.\d{3})\d+", replacement=r"\1")
    typed = _cast(column, ARROW_TYPE[prop.type])
    return typed, sorted({*refused, *_rows(pc.and_(pc.is_valid(column), pc.is_null(typed)))})


def from_values(prop: Property, values: Sequence[Any], *, epoch_ms: bool) -> tuple[pa.Array, Refused]:
    """A column of Python or numpy values; times are integers (`epoch_ms`) or RFC 3339 texts."""
    try:
        column = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError, ValueError):
        column = None
    if column is None or not _is(prop.type, column.type, epoch_ms=epoch_ms):
        column, refused = _one_by_one(prop.type, values, epoch_ms=epoch_ms)
    else:
        refused = []
    if prop.type is PropertyType.DATETIME and not epoch_ms:
        typed, unreadable = from_text(prop, column.cast(pa.string()))
        return typed, sorted({*refused, *unreadable})
    return column.cast(ARROW_TYPE[prop.type]), refused


def from_arrow(prop: Property, column: pa.Array) -> pa.Array | None:
    """A column of a Parquet file; None when its type is not one that the property may be stored in."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if prop.type is PropertyType.DATETIME:
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        return column.cast(TIME, safe=False) if zoned or pa.types.is_null(kind) else None
    if not _is(prop.type, kind, epoch_ms=False) or pa.types.is_uint64(kind):
        return None
    return column.cast(ARROW_TYPE[prop.type])


def arrow_accepted(prop: Property) -> str:
    """What type a Parquet column of the property must have."""
    return "timestamp with time zone UTC" if prop.type is PropertyType.DATETIME else str(ARROW_TYPE[prop.type])


def _is(want: PropertyType, have: pa.DataType, *, epoch_ms: bool) -> bool:
    types = pa.types
    if types.is_null(have):
        return True
    match want:
        case PropertyType.STRING:
            return bool(types.is_string(have) or types.is_large_string(have))
        case PropertyType.INTEGER:
            return bool(types.is_integer(have))
        case PropertyType.FLOAT:
            return bool(types.is_integer(have) or types.is_floating(have))
        case PropertyType.BOOLEAN:
            return bool(types.is_boolean(have))
        case PropertyType.DATETIME:
            return bool(types.is_integer(have) if epoch_ms else types.is_string(have))
        case PropertyType.STRINGS:
            return bool(types.is_list(have) and _is(PropertyType.STRING, have.value_type, epoch_ms=False))
        case PropertyType.FLOATS:
            return bool(types.is_list(have) and _is(PropertyType.FLOAT, have.value_type, epoch_ms=False))


def _one_by_one(want: PropertyType, values: Sequence[Any], *, epoch_ms: bool) -> tuple[pa.Array, Refused]:
    fits = _FITS[PropertyType.INTEGER if want is PropertyType.DATETIME and epoch_ms else want]
    clean = [None if value is None or not fits(value) else value for value in values]
    refused = [row for row, (was, now) in enumerate(zip(values, clean, strict=True)) if was is not None and now is None]
    if want is PropertyType.DATETIME:
        return pa.array(clean, pa.int64() if epoch_ms else pa.string()), refused
    return pa.array(clean, ARROW_TYPE[want]), refused


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and -(2**63) <= int(value) < 2**63


_FITS: dict[PropertyType, Callable[[Any], bool]] = {
    PropertyType.STRING: _is_text,
    PropertyType.DATETIME: _is_text,
    PropertyType.INTEGER: _is_integer,
    PropertyType.FLOAT: lambda value: _is_integer(value) or isinstance(value, float | np.floating),
    PropertyType.BOOLEAN: lambda value: isinstance(value, bool | np.bool_),
    PropertyType.STRINGS: lambda value: isinstance(value, list) and all(map(_is_text, value)),
}


def _lists(column: pa.Array) -> tuple[pa.Array, Refused]:
    lists: list[list[str] | None] = []
    refused: Refused = []
    for row, text in enumerate(column.to_pylist()):
        try:
            value = None if text is None else orjson.loads(text)
        except orjson.JSONDecodeError:
            value = False
        if value is not None and not _FITS[PropertyType.STRINGS](value):
            refused.append(row)
            value = None
        lists.append(value)
    return pa.array(lists, ARROW_TYPE[PropertyType.STRINGS]), refused


def _cast(column: pa.Array, to: pa.DataType) -> pa.Array:
    """The column in that type, null where a text of the right shape is no such value (30 February)."""
    try:
        return column.cast(to)
    except pa.ArrowInvalid:
        if len(column) == 1:
            return pa.nulls(1, to)
        middle = len(column) // 2
        return pa.concat_arrays([_cast(column[:middle], to), _cast(column[middle:], to)])


def _rows(mask: pa.Array) -> Refused:
    """The rows where the mask is true; null counts as false."""
    found = np.flatnonzero(mask.fill_null(False).to_numpy(zero_copy_only=False))
    return [int(row) for row in found]
