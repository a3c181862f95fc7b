"""What the graph holds as a whole."""

from __future__ import annotations

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_ANY_USER = STATEMENTS["any_user"]


async def is_empty(database: Database) -> bool:
    """Whether there is nobody in the graph yet."""
    row = await database.row(_ANY_USER)
    return row is None or not row["found"]
