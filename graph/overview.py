"""What the graph holds as a whole."""

from __future__ import annotations

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_ANY_USER = STATEMENTS["any_user"]
_AWAITS = STATEMENTS["awaits"]


async def is_empty(database: Database) -> bool:
    """Whether there is nobody in the graph yet."""
    row = await database.row(_ANY_USER)
    return row is None or not row["found"]


async def awaits(database: Database, *, name: str) -> bool:
    """Whether the graph is empty, or filling it with the dataset of that name was interrupted and can go on."""
    row = await database.row(_AWAITS, name=name)
    return row is not None and bool(row["found"])
