"""What the two lists of questions need in the graph, and what must not come out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from graph.database import Database
from graph.statements import beside

_STATEMENTS = beside(__file__)
SECRET = "canary-c0ffee"  # noqa: S105  # none of anybody's
"""Part of every private value that is planted."""
_MAKE_INDEX = """CREATE VECTOR INDEX console_vectors IF NOT EXISTS FOR (n:Note) ON (n.consoleVector)
OPTIONS {indexConfig: {`vector.dimensions`: 3, `vector.similarity_function`: 'cosine'}}"""


@asynccontextmanager
async def prepared(database: Database) -> AsyncIterator[None]:
    """A graph with vectors to search, and an account and a session to steal, for the length of the block."""
    await database.rows(_STATEMENTS["plant_secrets"], secret=SECRET, now=datetime.now(UTC))
    await database.rows(_STATEMENTS["plant_vectors"])
    await database.command(_MAKE_INDEX)
    await database.command("CALL db.awaitIndexes(60)", timeout_s=60)
    try:
        yield
    finally:
        await database.command("DROP INDEX console_vectors IF EXISTS")
        await database.rows(_STATEMENTS["pull_vectors"])
        await database.rows(_STATEMENTS["pull_secrets"], secret=SECRET)
