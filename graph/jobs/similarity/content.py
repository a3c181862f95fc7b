"""Edges by content: what few took up is alike what is near to it in meaning, until behaviour tells more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graph import embeddings
from graph.database import Database
from graph.jobs.similarity.matrix import Matrix
from graph.jobs.similarity.writing import BEHAVIOUR, CONTENT, Edge, Row
from graph.rules.spaces import Space

FEW = 10
"""A thing with fewer edges to what it is like (scores above 0) is cold."""
MOST = 20
"""Edges by content of one thing."""
_ASKED = MOST + 5  # the thing itself is among them, and what may not be found
_WEAK = 0.1  # quantile of behaviour's scores that the nearest thing counts like


@dataclass(slots=True)
class Content:
    """Adds edges by content to the rows of cold things of one label.

    With a cosine of c an edge scores c x `weak`, so that one to a text of the same meaning counts like a weak edge by
    behaviour. Without an active `space` there are none. `added` counts them.
    """

    database: Database
    label: str
    space: Space | None
    weak: float
    most: int
    added: int = field(default=0, init=False)

    async def add(self, rows: Mapping[str, Row]) -> None:
        """Adds them to those of the rows, by id, that are cold."""
        cold = [one for one, row in rows.items() if sum(edge.score > 0 for edge in row.values()) < FEW]
        if self.space is None or not cold:
            return
        found = await embeddings.nearest_to(self.database, space=self.space, label=self.label, ids=cold, count=_ASKED)
        for one, near in found.items():
            row = rows[one]
            fitting = [other for other in near if other.id not in row and other.score > 0.5]
            for other in fitting[: min(MOST, self.most - len(row))]:
                row[other.id] = Edge((2 * other.score - 1) * self.weak, CONTENT)
                self.added += 1


def weak(edges: Matrix) -> float:
    """What a weak edge by behaviour scores; 1 where there is none."""
    positive = edges.data[edges.data > 0]
    return float(np.quantile(positive, _WEAK)) if len(positive) else 1.0


def by_behaviour(row: Row) -> Row:
    """The row without its edges by content."""
    return {to: edge for to, edge in row.items() if edge.source == BEHAVIOUR}
