"""A graph without vectors, before and after each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from embeddings.building import Builder
from graph import embeddings
from graph.database import Database
from tests.schema.support import cypher


async def clear(database: Database) -> None:
    """Takes away every vector, every space and every event that waits."""
    await cypher(
        database,
        "MATCH (s:EmbeddingSpace) SET s.state = 'retired', s.retiredAt = $then REMOVE s.slot, s.heldBy",
        then=datetime(2020, 1, 1, tzinfo=UTC),
    )
    for known in await embeddings.spaces(database):
        await Builder(database).drop(known)
    await cypher(database, "MATCH (event:OutboxEvent) DELETE event")


@pytest.fixture
async def bare(database: Database) -> AsyncIterator[Database]:
    """The door to the tests' graph, which has no vectors."""
    await clear(database)
    yield database
    await clear(database)
