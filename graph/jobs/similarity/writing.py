"""Writes edges, tastes and keys: all of one thing's in one transaction, so that no reader meets half of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from graph.database import Database
from graph.jobs.similarity.taste import Taste
from graph.statements import Statement, beside

T = TypeVar("T")
STATEMENTS = beside(__file__)


def _by_label(name: str) -> Mapping[str, Statement]:
    return {
        label: STATEMENTS[name.format(many)]
        for label, many in (("Product", "products"), ("Note", "notes"), ("User", "people"))
    }


_KNOWN = _by_label("{}_known")
_EDGES = _by_label("edges_of_{}")
_LEADING = _by_label("{}_leading_to")
_WRITE = _by_label("write_edges_of_{}")
_KEYS = _by_label("write_keys_of_{}")
_TASTES = {"Product": STATEMENTS["write_tastes_of_products"], "Note": STATEMENTS["write_tastes_of_notes"]}
BEHAVIOUR, CONTENT = "behaviour", "content"
AT_A_TIME = 200
_KNOWN_AT_A_TIME = 5_000
_SAME = 1e-9  # scores that differ by less, as a share, are those that stand


class Edge(NamedTuple):
    """How alike another thing is, what that was found from, and the place among the thing's edges where it stands."""

    score: float
    source: str
    rank: int = 0


Row = dict[str, Edge]
"""One thing's edges, by the id of their other end."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph holds of a thing: the key of its edges, their number, and whether it has a taste and a vector."""

    id: str
    key: int | None
    edges: int
    taste: bool
    vector: bool


async def known(database: Database, label: str, *, mark: str) -> list[Known]:
    """Every thing of the label, in the order of ids; `mark` is the property that those with a vector have."""
    found: list[Known] = []
    while rows := await database.rows(
        _KNOWN[label], after=found[-1].id if found else "", batch=_KNOWN_AT_A_TIME, mark=mark
    ):
        found += [Known(*row) for row in rows]
    return found


async def leading_to(database: Database, label: str, ids: Sequence[str]) -> set[str]:
    """The ids of what has an edge by behaviour to any of these."""
    found: set[str] = set()
    for some in batches(ids):
        found |= {row["id"] for row in await database.rows(_LEADING[label], ids=list(some))}
    return found


async def read_rows(database: Database, label: str, ids: Sequence[str]) -> dict[str, Row]:
    """The edges of these things as they stand, by id; of those that are not there, none."""
    rows = await database.rows(_EDGES[label], ids=list(ids))
    return {row["id"]: {to: Edge(score, source, rank) for to, score, source, rank in row["edges"]} for row in rows}


async def write_rows(database: Database, label: str, rows: Mapping[str, Row], before: Mapping[str, Row]) -> int:
    """Has these edges stand instead of those that stood before, largest first; how many edges changed."""
    changes = [_change(one, before[one], row) for one, row in rows.items() if one in before]
    counts = [len(one["new"]) + len(one["changed"]) + len(one["gone"]) for one in changes]
    wanted = [one for one, count in zip(changes, counts, strict=True) if count]
    if wanted:
        await database.row(_WRITE[label], rows=wanted)
    return sum(counts)


def _change(one: str, before: Row, row: Row) -> dict[str, Any]:
    new, changed = [], {}
    for rank, (to, edge) in enumerate(sorted(row.items(), key=lambda item: (-item[1].score, item[0]))):
        ranked = edge._replace(rank=rank)
        if to not in before:
            new.append([to, *ranked])
        elif not _same(before[to], ranked):
            changed[to] = list(ranked)
    return {"id": one, "new": new, "changed": changed, "gone": [to for to in before if to not in row]}


def _same(one: Edge, other: Edge) -> bool:
    return one[1:] == other[1:] and abs(one.score - other.score) <= _SAME * abs(one.score)


async def write_tastes(database: Database, label: str, ids: Sequence[str], taste: Taste) -> None:
    """Gives each thing its vector and weight."""
    for some in batches(range(len(ids))):
        rows = [{"id": ids[at], "taste": taste.vectors[at].tolist(), "weight": float(taste.weights[at])} for at in some]
        await database.row(_TASTES[label], rows=rows)


async def forget_tastes(database: Database, label: str, ids: Sequence[str]) -> None:
    """Takes vector and weight from these things."""
    for some in batches(ids):
        await database.row(_TASTES[label], rows=[{"id": one, "taste": None, "weight": None} for one in some])


async def write_keys(database: Database, label: str, keys: Iterable[tuple[str, int | None]]) -> None:
    """Notes what things' edges were computed from; None: nothing."""
    for some in batches([list(one) for one in keys]):
        await database.row(_KEYS[label], rows=some)


def batches(whole: Sequence[T], size: int = AT_A_TIME) -> Iterator[Sequence[T]]:
    """Its parts, of that many each."""
    for first in range(0, len(whole), size):
        yield whole[first : first + size]
