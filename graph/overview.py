"""What the graph holds as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_ANY_USER = STATEMENTS["any_user"]
_AWAITS = STATEMENTS["awaits"]
GRAPH_SIZE = STATEMENTS["graph_size"]
_SERVER_VERSION = (
    "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much a graph holds, its own book-keeping (migrations, imports) left out."""

    nodes: int
    relationships: int

    def __str__(self) -> str:
        return f"{self.nodes:,} nodes and {self.relationships:,} relationships"


async def is_empty(database: Database) -> bool:
    """Whether there is nobody in the graph yet."""
    row = await database.row(_ANY_USER)
    return row is None or not row["found"]


async def awaits(database: Database, *, name: str) -> bool:
    """Whether the graph is empty, or filling it with the dataset of that name was interrupted and can go on."""
    row = await database.row(_AWAITS, name=name)
    return row is not None and bool(row["found"])


async def size(database: Database) -> Size:
    """How much the graph holds."""
    row = await database.row(GRAPH_SIZE)
    assert row is not None, "a count gives a row"
    return Size(row["nodes"], row["relationships"])


async def server_version(database: Database) -> str:
    """The version of the database server, like 2026.02.2."""
    (row,) = await database.command(_SERVER_VERSION)
    return str(row[0])
