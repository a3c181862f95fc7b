"""The shape in which every source of data hands over nodes and relationships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Table:
    """One batch of rows of one kind.

    `name` is a node label or a RelationshipKind.name; relationship tables start with columns `start`, `end`
    (ids). Values by column: lists or numpy arrays; datetimes as int64 epoch milliseconds UTC; None for absent.
    """

    name: str
    columns: Mapping[str, Sequence[Any]]
    rows: int


class Dataset(Protocol):
    """Something that can be imported."""

    @property
    def name(self) -> str:
        """What progress and summaries call it."""
        ...

    def tables(self) -> Iterator[Table]:
        """Nodes of all kinds first, then relationships; several batches per kind, each <= 50_000 rows."""
        ...
