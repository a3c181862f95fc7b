"""Jobs mend what differs from a recount, and change nothing when run again."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.jobs import JOBS
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def test_ratings_are_proved_equal_to_a_recount(database: Database) -> None:
    await JOBS["ratings"](database)
    (product,) = await cypher(
        database,
        """
        MATCH (p:Product) WHERE p.reviewCount > 1
        WITH p LIMIT 1
        WITH p, p.reviewCount AS count, p.ratingSum AS sum
        SET p.reviewCount = 77, p.ratingSum = 1
        RETURN p.id AS id, count, sum
        """,
    )
    assert (await JOBS["ratings"](database)).endswith("1 mended")
    after = await cypher(
        database, "MATCH (p:Product {id: $id}) RETURN p.reviewCount AS count, p.ratingSum AS sum", id=product["id"]
    )
    assert after == [{"count": product["count"], "sum": product["sum"]}]
    assert (await JOBS["ratings"](database)).endswith("0 mended")
