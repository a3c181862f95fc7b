"""Whole batches of nodes and relationships in and out of the graph, for import and export.

Labels, types and property names cannot be parameters of a statement, so the texts are composed here, one per kind
and use. They are composed only from `graph.model`, whose names are checked to be plain identifiers when this module
is imported; input (ids, values, files) travels as parameters and never becomes text.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from graph.database import Database, Transaction
from graph.errors import Conflict, NotFound
from graph.model import (
    NODE_BY_LABEL,
    NODES,
    OWN_NODES,
    OWN_RELATIONSHIPS,
    RELATIONSHIPS,
    NodeKind,
    Property,
    PropertyType,
    RelationshipKind,
)
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_BEGIN_IMPORT = STATEMENTS["begin_import"]
_ADVANCE_IMPORT = STATEMENTS["advance_import"]
_FINISH_IMPORT = STATEMENTS["finish_import"]
_IS_EMPTY = STATEMENTS["is_empty"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_STARTS_PER_PAGE = 2_000

Row = Sequence[Any]
"""The values of one row: a node's properties in the model's order, or `start`, `end` and the relationship's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of an import: rows `first` and following of a kind, which must be written once."""

    import_id: str
    kind: NodeKind | RelationshipKind
    first: int
    rows: list[Row]

    @property
    def kind_name(self) -> str:
        """The label or the relationship kind's name."""
        return self.kind.label if isinstance(self.kind, NodeKind) else self.kind.name


async def begin_import(db: Database, *, import_id: str, name: str, now: datetime) -> dict[str, int]:
    """How many rows of each kind an interrupted import of the same data has written; empty for a new one."""
    row = await db.row(_BEGIN_IMPORT, id=import_id, name=name, now=now)
    assert row is not None, "MERGE gives a row"
    names = {*NODE_BY_LABEL, *(kind.name for kind in RELATIONSHIPS)}
    return {kind: done for kind, done in row["progress"].items() if kind in names}


async def write_step(db: Database, step: Step, *, now: datetime) -> None:
    """Writes the batch and counts it in one transaction; a batch that was counted before is left alone.

    Nodes are merged by id and relationships by their pair, so that what the graph holds already is brought up to
    date. Raises Conflict when another process imports the same data, NotFound when an end is not in the graph.
    """
    statement = _write_statement(step.kind)
    after = step.first + len(step.rows)

    async def work(transaction: Transaction) -> None:
        counted = await transaction.row(
            _ADVANCE_IMPORT, id=step.import_id, kind=step.kind_name, now=now,
            **{"from": step.first, "progress": {step.kind_name: after}},
        )  # fmt: skip
        if counted is not None and counted["before"] == after:
            return  # the answer to an earlier try was lost, not its work
        if counted is None or counted["before"] != step.first:
            raise Conflict("another process is importing the same data")
        row = await transaction.row(statement, rows=step.rows)
        if row is None or row["written"] != len(step.rows):
            raise NotFound(f"a {step.kind_name} leads to a node that is no longer in the graph")

    await db.unit(work)


async def write_rows(db: Database, kind: NodeKind | RelationshipKind, rows: list[Row]) -> int:
    """How many of the rows were written: those of a relationship whose end is not in the graph are left out."""
    row = await db.row(_write_statement(kind), rows=rows)
    return int(row["written"]) if row is not None else 0


async def finish_import(db: Database, *, import_id: str, now: datetime) -> None:
    """Notes that the import is complete; the next one of the same data begins anew."""
    await db.row(_FINISH_IMPORT, id=import_id, now=now)


async def is_empty(db: Database) -> bool:
    """Whether the graph holds no content."""
    row = await db.row(_IS_EMPTY)
    return bool(row and row["empty"])


async def without_id_constraint(db: Database, labels: Collection[str]) -> list[str]:
    """Those labels whose ids no constraint indexes: finding a node by id would read all of them."""
    rows = await db.command("SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes, properties")
    indexed = {row["labelsOrTypes"][0] for row in rows if row["properties"] == ["id"]}
    return [label for label in labels if label not in indexed]


async def missing_ids(db: Database, *, label: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids that no node with the label has."""
    found = await db.rows(_known_ids(NODE_BY_LABEL[label]), ids=list(ids))
    return set(ids) - {row["id"] for row in found}


async def taken_values(db: Database, *, label: str, column: str, values: Mapping[str, str]) -> dict[str, str]:
    """Those of `values` (a unique property's, by node id) that another node has, with that node's id."""
    rows = await db.rows(_taken(NODE_BY_LABEL[label], column), pairs=[list(pair) for pair in values.items()])
    return {row["id"]: row["other"] for row in rows}


async def read_nodes(db: Database, kind: NodeKind, *, limit: int) -> AsyncIterator[list[list[Any]]]:
    """Every node of the label by rising id, in batches of at most `limit` rows; times as epoch milliseconds."""
    statement, after = _page_of_nodes(kind), ""
    while rows := await _collected(db, statement, after=after, limit=limit):
        yield rows
        after = rows[-1][0]


async def read_relationships(db: Database, kind: RelationshipKind, *, limit: int) -> AsyncIterator[list[list[Any]]]:
    """Every relationship of the kind by rising id of its start, in batches of about `limit` rows."""
    starts, between, after = _starts(kind), _relationships_between(kind), ""
    while page := await _collected(db, starts, after=after, limit=_STARTS_PER_PAGE):
        for last, degree in _groups(page, limit):
            if degree > limit:  # one start with very many: collecting them would take the server's memory
                async for rows in _streamed(db, kind, after=after, last=last, limit=limit):
                    yield rows
            elif degree and (rows := await _collected(db, between, after=after, last=last)):
                yield rows
            after = last


async def _collected(db: Database, statement: Statement, **parameters: Any) -> list[list[Any]]:
    """The rows of a statement that returns them in one list: the driver is slow at single records."""
    row = await db.row(statement, **parameters)
    return [] if row is None else list(row["rows"])


async def _streamed(
    db: Database, kind: RelationshipKind, *, after: str, last: str, limit: int
) -> AsyncIterator[list[list[Any]]]:
    rows: list[list[Any]] = []
    async for record in db.stream(_single_relationships_between(kind), batch=limit, after=after, last=last):
        rows.append(record["row"])
        if len(rows) == limit:
            yield rows
            rows = []
    if rows:
        yield rows


def _groups(page: list[list[Any]], limit: int) -> Iterator[tuple[str, int]]:
    """Neighbours among pairs of id and degree, together at most `limit`, as last id and sum; giants stand alone."""
    total, last = 0, ""
    for start, degree in page:
        if last and total + degree > limit:
            yield last, total
            total = 0
        total, last = total + degree, start
    yield last, total


def composed() -> list[Statement]:
    """Every text that this module can compose, for the test that explains them."""
    statements = []
    for node in (*NODES, *OWN_NODES):
        statements += [_write_statement(node), _known_ids(node), _page_of_nodes(node)]
        statements += [_taken(node, column) for column in node.unique]
    for kind in (*RELATIONSHIPS, *OWN_RELATIONSHIPS):
        statements += [_write_statement(kind), _starts(kind), _relationships_between(kind)]
        statements.append(_single_relationships_between(kind))
    return statements


@cache
def _write_statement(kind: NodeKind | RelationshipKind) -> Statement:
    if isinstance(kind, NodeKind):
        text = (
            f"UNWIND $rows AS row\nMERGE (node:{kind.label} {{id: row[0]}})\n"
            f"SET node += {_assigned(kind.properties, 0)}\nRETURN count(*) AS written"
        )
        return Statement(f"write_{kind.label}", "write", text)
    # Several relationships may join such a pair, and a counted batch is never written twice.
    verb = "CREATE" if kind.many_per_pair else "MERGE"
    text = (
        f"UNWIND $rows AS row\nMATCH (start:{kind.start} {{id: row[0]}})\nMATCH (end:{kind.end} {{id: row[1]}})\n"
        f"{verb} (start)-[edge:{kind.type}]->(end)\n"
        f"SET edge += {_assigned(kind.properties, 2)}\nRETURN count(*) AS written"
    )
    return Statement(f"write_{kind.name}", "write", text)


@cache
def _known_ids(kind: NodeKind) -> Statement:
    text = f"MATCH (node:{kind.label}) WHERE node.id IN $ids RETURN node.id AS id"
    return Statement(f"known_{kind.label}", "read", text)


@cache
def _taken(kind: NodeKind, column: str) -> Statement:
    name = kind.property(column).name
    text = (
        f"UNWIND $pairs AS pair\nMATCH (node:{kind.label} {{{name}: pair[1]}})\n"
        "WHERE node.id <> pair[0]\nRETURN pair[0] AS id, node.id AS other"
    )
    return Statement(f"taken_{kind.label}_{name}", "read", text)


@cache
def _page_of_nodes(kind: NodeKind) -> Statement:
    text = (
        f"MATCH (node:{kind.label}) WHERE node.id > $after\nWITH node ORDER BY node.id LIMIT $limit\n"
        f"RETURN collect([{_returned('node', kind.properties)}]) AS rows"
    )
    return Statement(f"page_of_{kind.label}", "read", text)


@cache
def _starts(kind: RelationshipKind) -> Statement:
    text = (
        f"MATCH (start:{kind.start}) WHERE start.id > $after\nWITH start ORDER BY start.id LIMIT $limit\n"
        f"RETURN collect([start.id, COUNT {{ (start)-[:{kind.type}]->() }}]) AS rows"
    )
    return Statement(f"starts_of_{kind.name}", "read", text)


@cache
def _relationships_between(kind: RelationshipKind) -> Statement:
    text = f"{_between(kind)}\nRETURN collect({_edge(kind)}) AS rows"
    return Statement(f"relationships_of_{kind.name}", "read", text)


@cache
def _single_relationships_between(kind: RelationshipKind) -> Statement:
    return Statement(f"each_{kind.name}", "read", f"{_between(kind)}\nRETURN {_edge(kind)} AS row")


def _between(kind: RelationshipKind) -> str:
    return (
        f"MATCH (start:{kind.start}) WHERE start.id > $after AND start.id <= $last\n"
        f"MATCH (start)-[edge:{kind.type}]->(end:{kind.end})"
    )


def _edge(kind: RelationshipKind) -> str:
    return f"[{', '.join(filter(None, ('start.id', 'end.id', _returned('edge', kind.properties))))}]"


def _assigned(properties: tuple[Property, ...], first: int) -> str:
    """A map of the properties, taken from the columns of `row` from the `first` on; null removes one."""
    entries = []
    for place, one in enumerate(properties, first):
        value = f"row[{place}]"
        if one.type is PropertyType.DATETIME:
            time = f"datetime({{epochMillis: {value}}})"
            value = time if one.required else f"CASE WHEN {value} IS NULL THEN null ELSE {time} END"
        entries.append(f"{one.name}: {value}")
    return "{" + ", ".join(entries) + "}"


def _returned(variable: str, properties: tuple[Property, ...]) -> str:
    """The properties as columns, times as epoch milliseconds."""
    return ", ".join(
        f"{variable}.{one.name}{'.epochMillis' if one.type is PropertyType.DATETIME else ''}" for one in properties
    )


def check_names() -> None:
    """Raises ValueError for a name in the model that could be more than a name in a statement's text."""
    nodes, relationships = (*NODES, *OWN_NODES), (*RELATIONSHIPS, *OWN_RELATIONSHIPS)
    names = [name for kind in nodes for name in (kind.label, *(one.name for one in kind.properties))]
    names += [one.name for kind in relationships for one in kind.properties]
    names += [name for kind in relationships for name in (kind.type, kind.start, kind.end)]
    for name in names:
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} cannot be a name in the graph model")


check_names()
assert all(kind.properties[0].name == "id" for kind in (*NODES, *OWN_NODES)), (
    "the writing statements take the id from column 0"
)
