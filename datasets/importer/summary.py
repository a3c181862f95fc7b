"""What an import did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from datasets.interchange.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Summary:
    """Rows by kind and the time they took. `checking_s` is part of `seconds`.

    `rows` counts what this call wrote: fewer than the dataset has when it went on after an interruption.
    """

    name: str
    path: Literal["offline", "online"]
    rows: Mapping[str, int]
    seconds: float
    checking_s: float

    @property
    def nodes(self) -> int:
        """How many nodes were written."""
        return sum(count for kind, count in self.rows.items() if KINDS[kind].is_node)

    @property
    def relationships(self) -> int:
        """How many relationships were written."""
        return sum(self.rows.values()) - self.nodes

    @property
    def rows_per_s(self) -> float:
        """Nodes and relationships a second, checking included."""
        return (self.nodes + self.relationships) / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        lines = [
            f"Imported {self.name} {self.path}: {self.nodes:,} nodes and {self.relationships:,} relationships "
            f"in {self.seconds:.1f} s ({self.rows_per_s:,.0f} a second; {self.checking_s:.1f} s of it checking)"
        ]
        width = max(map(len, self.rows), default=0)
        lines += [f"  {kind:<{width}}  {count:>12,}" for kind, count in self.rows.items()]
        return "\n".join(lines)
