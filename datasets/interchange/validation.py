"""Everything that is checked before anything is written, in one pass over the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from datasets.interchange.batches import Batch, BatchSource, batches_of, shown
from datasets.interchange.derived import Derivation
from datasets.interchange.folder import InterchangeFolder
from datasets.interchange.keys import Hashes, KeyIndex, Rows, hashes, pair_hashes, repeated
from datasets.interchange.kinds import Kind
from datasets.interchange.problems import Problems
from datasets.interchange.rules import check_values
from datasets.tables import Dataset
from graph.embedded.progress import Progress, Silent
from graph.model import RelationshipKind


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch that has been looked at, derived columns filled.

    For relationships, `start_rows` and `end_rows` say in which of its label's rows each end stands, -1: in none.
    """

    batch: Batch
    start_rows: Rows | None = None
    end_rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an id was first named that the dataset itself does not hold."""

    file: str
    row: int
    column: str


class Checker:
    """Looks at every batch on its way; what holds between rows is known when all have passed.

    With `open_ended`, ends that the dataset does not hold are no faults yet but kept in `unresolved` (by label and
    id), for the caller to look up in a graph.
    """

    def __init__(self, dataset: Dataset | BatchSource, problems: Problems, *, open_ended: bool = False) -> None:
        self._dataset = dataset
        self._problems = problems
        self._open_ended = open_ended
        self._derivation = Derivation(dataset)
        self._files: dict[str, str] = {}
        self._keys: dict[tuple[str, str], list[Hashes]] = {}
        self._pairs: dict[str, list[Hashes]] = {}
        self._index: dict[str, KeyIndex] | None = None
        self.unresolved: dict[str, dict[str, Reference]] = {}

    def batches(self) -> Iterator[Checked]:
        """Every batch, checked. Faults go to the problems; the last are known when the iterator ends."""
        for batch in batches_of(self._dataset, self._problems):
            self._files[batch.kind.name] = batch.file
            batch = self._derivation.fill(batch)
            check_values(batch, self._problems)
            if batch.kind.is_node:
                self._pass_nodes(batch)
                yield Checked(batch)
            else:
                yield self._pass_relationships(batch)
        self._seal_nodes()
        for kind, pairs in self._pairs.items():
            self._tell(kind, repeated(np.concatenate(pairs)), None, "another row joins the same start and end")

    def _pass_nodes(self, batch: Batch) -> None:
        if self._index is not None:
            raise ValueError(f"{batch.kind.name} after relationships: a dataset gives all nodes first")
        for column in batch.kind.unique:
            self._keys.setdefault((batch.kind.name, column), []).append(hashes(batch.column(column)))

    def _seal_nodes(self) -> dict[str, KeyIndex]:
        """The ids of each label, once no more can come."""
        if self._index is None:
            self._index = {}
            for (kind, column), parts in self._keys.items():
                keys = np.concatenate(parts)
                self._tell(kind, repeated(keys), column, "another row has the same value, which must be unique")
                if column == "id":
                    self._index[kind] = KeyIndex(keys)
            self._keys.clear()
        return self._index

    def _pass_relationships(self, batch: Batch) -> Checked:
        index = self._seal_nodes()
        keys, rows = [], []
        for column, label in batch.kind.ends:
            key = hashes(batch.column(column))
            found = index[label].rows(key) if label in index else np.full(batch.rows, -1, np.int64)
            keys.append(key)
            rows.append(found)
            if label not in self._problems.incomplete:
                self._check_ends(batch, column, label, np.flatnonzero((found < 0) & (key != 0)))
        if not _many_per_pair(batch.kind):
            self._pairs.setdefault(batch.kind.name, []).append(pair_hashes(*keys))
        return Checked(batch, *rows)

    def _check_ends(self, batch: Batch, column: str, label: str, missing: Rows) -> None:
        values = batch.column(column)
        for place, row in enumerate(missing.tolist()):
            value = values[row].as_py()
            if self._open_ended:
                reference = Reference(batch.file, batch.first_row + row, column)
                self.unresolved.setdefault(label, {}).setdefault(value, reference)
                continue
            if self._problems.full:
                self._problems.more(batch.file, len(missing) - place)
                return
            message = f"{shown(value)} leads nowhere: no {label} has this id"
            self._problems.add(batch.file, message, row=batch.first_row + row, column=column)

    def _tell(self, kind: str, rows: Rows, column: str | None, message: str) -> None:
        file = self._files[kind]
        for place, row in enumerate(rows.tolist()):
            if self._problems.full:
                self._problems.more(file, len(rows) - place)
                return
            self._problems.add(file, message, row=row, column=column)


def validate(dataset: Dataset | BatchSource, progress: Progress | None = None, *, open_ended: bool = False) -> Checker:
    """The checker, when the dataset may be imported. Raises InvalidDataset with every fault found.

    `open_ended` leaves it to the caller to look up the ids in `unresolved`.
    """
    problems, progress = Problems(), progress or Silent()
    check_sums(dataset, problems)
    checker = Checker(dataset, problems, open_ended=open_ended)
    progress.step(f"Checking {dataset.name}", total_rows(dataset), "rows")
    for checked in checker.batches():
        progress.advance(checked.batch.rows)
    progress.done()
    problems.raise_if_any(dataset.name)
    return checker


def check_sums(dataset: Dataset | BatchSource, problems: Problems) -> None:
    """Compares the files of an interchange folder with its manifest; other datasets have none."""
    if isinstance(dataset, InterchangeFolder):
        dataset.check_sums(problems)


def total_rows(dataset: Dataset | BatchSource) -> int | None:
    """How many rows the dataset says it has; None when it does not say."""
    return sum(entry.rows for entry in dataset.manifest.files) if isinstance(dataset, InterchangeFolder) else None


def _many_per_pair(kind: Kind) -> bool:
    return isinstance(kind.model, RelationshipKind) and kind.model.many_per_pair
