"""What a value must satisfy beyond its type: there, in range, allowed, short enough, shaped like an id."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.interchange.batches import Batch, shown
from datasets.interchange.kinds import PREFIXES
from datasets.interchange.problems import Problems
from datasets.interchange.values import accepted
from graph.model import Property, PropertyType

_ID_TAIL = "[0-9A-Za-z.:-]{1,64}"  # as graph.ids has it


def check_values(batch: Batch, problems: Problems) -> None:
    """Notes every value of the batch that breaks a rule of its property. Derived columns must be filled before."""
    ids = dict(batch.kind.ends) or {"id": batch.kind.name}
    for prop in batch.kind.properties:
        column = batch.column(prop.name)
        if prop.required:
            _check_there(batch, prop, column, problems)
        for faults, message in _faults(prop, column, ids.get(prop.name)):
            _tell(batch, prop.name, faults, message, problems)
    if "to" in batch.kind.columns:
        differs = pc.not_equal(batch.column("to"), batch.column("end"))
        _tell(batch, "to", differs, "differs from end; leave it out, and it is filled", problems)


def _check_there(batch: Batch, prop: Property, column: pa.Array, problems: Problems) -> None:
    if not column.null_count:
        return
    missing = column.is_null().to_numpy(zero_copy_only=False).copy()
    missing[batch.refused.get(prop.name, [])] = False
    why = batch.kind.derived.get(prop.name)
    message = f"missing, and cannot be derived: {why}" if why else f"missing; accepted: {accepted(prop)}"
    _tell(batch, prop.name, pa.array(missing), message, problems, value=False)


def _faults(prop: Property, column: pa.Array, label: str | None) -> Iterator[tuple[pa.Array, str]]:
    meaning = f"is not accepted: {accepted(prop)}"
    if label is not None:
        pattern = f"^{PREFIXES[label]}_{_ID_TAIL}$"
        example = f"{PREFIXES[label]}_ and 1 to 64 of 0-9 A-Z a-z . : -"
        yield pc.invert(pc.match_substring_regex(column, pattern=pattern)), f"is no id of a {label}: {example}"
        return
    if prop.one_of:
        allowed = pc.is_in(column, value_set=pa.array(prop.one_of, pa.string()))
        yield pc.and_(pc.is_valid(column), pc.invert(allowed)), meaning
    if prop.max_length is not None:
        yield pc.greater(pc.utf8_length(column), prop.max_length), meaning
    if prop.type is PropertyType.STRING and prop.required and not prop.one_of:
        yield pc.equal(column, ""), "is empty and required"
    if prop.minimum is not None:
        yield pc.less(column, prop.minimum), meaning
    if prop.maximum is not None:
        yield pc.greater(column, prop.maximum), meaning
    if prop.type is PropertyType.FLOAT:
        yield pc.invert(pc.is_finite(column)), "is not a finite number"


def _tell(batch: Batch, column: str, faults: pa.Array, message: str, problems: Problems, *, value: bool = True) -> None:
    rows = np.flatnonzero(faults.fill_null(False).to_numpy(zero_copy_only=False))
    values = batch.column(column)
    for place, row in enumerate(rows.tolist()):
        if problems.full:
            problems.more(batch.file, len(rows) - place)
            return
        text = f"{shown(values[row].as_py())} {message}" if value else message
        problems.add(batch.file, text, row=batch.first_row + row, column=column)
