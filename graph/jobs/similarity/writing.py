"""Writes edges and tastes: all of one thing's in one transaction, so that no reader meets half of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graph.database import Database
from graph.jobs.similarity.bought import Together
from graph.jobs.similarity.matrix import Matrix
from graph.jobs.similarity.taste import Taste
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
EDGES: Mapping[str, Statement] = {
    "Product": STATEMENTS["write_similar_products"],
    "Note": STATEMENTS["write_similar_notes"],
    "User": STATEMENTS["write_similar_people"],
}
TASTES: Mapping[str, Statement] = {
    "Product": STATEMENTS["write_tastes_of_products"],
    "Note": STATEMENTS["write_tastes_of_notes"],
}
LEFT: Mapping[str, Statement] = {
    "Product": STATEMENTS["similar_products_left"],
    "Note": STATEMENTS["similar_notes_left"],
    "User": STATEMENTS["similar_people_left"],
}
_BOUGHT_WITH = STATEMENTS["write_bought_with"]
_EDGES_AT_A_TIME = 20_000
_THINGS_AT_A_TIME = 500

Done = Callable[[int], None]


async def write_edges(
    database: Database, label: str, ids: Sequence[str], edges: Matrix, *, source: str, done: Done
) -> int:
    """Gives each thing the edges of its row, largest first, in place of those it had; how many edges."""
    written, rows, waiting = 0, [], 0
    for at, one in enumerate(ids):
        found = list(_ranked(ids, edges, at))
        rows.append({"id": one, "source": source, "edges": found})
        waiting += len(found)
        if waiting >= _EDGES_AT_A_TIME or len(rows) >= _THINGS_AT_A_TIME:
            written += await _written(database, EDGES[label], rows)
            done(len(rows))
            rows, waiting = [], 0
    if rows:
        written += await _written(database, EDGES[label], rows)
        done(len(rows))
    return written


def _ranked(ids: Sequence[str], edges: Matrix, row: int) -> Iterator[list[Any]]:
    first, last = edges.indptr[row : row + 2]
    columns, values = edges.indices[first:last], edges.data[first:last]
    for rank, at in enumerate(np.lexsort((columns, -values))):
        yield [ids[columns[at]], float(values[at]), rank]


async def write_tastes(database: Database, label: str, ids: Sequence[str], taste: Taste, *, done: Done) -> None:
    """Gives each thing its vector and weight."""
    for first in range(0, len(ids), _THINGS_AT_A_TIME):
        rows = [
            {"id": ids[at], "taste": taste.vectors[at].tolist(), "weight": float(taste.weights[at])}
            for at in range(first, min(first + _THINGS_AT_A_TIME, len(ids)))
        ]
        await database.row(TASTES[label], rows=rows)
        done(len(rows))


async def clear(database: Database, label: str, *, but: Collection[str]) -> None:
    """Takes edges and vectors from all things that have some, but these."""
    after = ""
    while found := [row["id"] for row in await database.rows(LEFT[label], after=after, batch=_THINGS_AT_A_TIME)]:
        after = found[-1]
        gone = [one for one in found if one not in but]
        if gone:
            await _written(database, EDGES[label], [{"id": one, "source": "", "edges": []} for one in gone])
        if gone and label in TASTES:
            await database.row(TASTES[label], rows=[{"id": one, "taste": None, "weight": None} for one in gone])


async def write_bought_with(database: Database, found: Mapping[str, Sequence[Together]]) -> int:
    """Gives each product those bought along with it, in place of those it had; how many edges."""
    rows = [
        {"id": one, "edges": [[other.id, other.score, rank, other.both] for rank, other in enumerate(together)]}
        for one, together in found.items()
    ]
    return await _written(database, _BOUGHT_WITH, rows)


async def _written(database: Database, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> int:
    row = await database.row(statement, rows=list(rows))
    return int(row["written"]) if row else 0
