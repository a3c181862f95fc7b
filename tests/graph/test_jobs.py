"""Jobs mend what differs from a recount, and change nothing when run again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from graph.database import Database
from graph.jobs.named import JOBS
from graph.jobs.tidy import schedule
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


async def test_what_has_served_is_forgotten_and_what_serves_is_kept(database: Database) -> None:
    now = datetime.now(UTC)
    rows = [
        {"id": "session_tidy_old", "then": now - timedelta(minutes=1)},
        {"id": "session_tidy_new", "then": now + timedelta(days=1)},
    ]
    await cypher(
        database,
        "UNWIND $rows AS row CREATE (a:Account {id: 'account_' + row.id})-[:HAS_SESSION]->"
        "(s:Session {id: row.id, generation: 0, createdAt: $now, expiresAt: row.then}) RETURN s.id",
        rows=rows,
        now=now,
    )
    records = [
        {"id": "idempotencyrecord_tidy_old", "then": now - timedelta(days=1, minutes=1)},
        {"id": "idempotencyrecord_tidy_new", "then": now - timedelta(hours=23)},
    ]
    await cypher(
        database,
        "UNWIND $rows AS row "
        "CREATE (r:IdempotencyRecord {id: row.id, fingerprint: 'x', createdAt: row.then}) RETURN r.id",
        rows=records,
    )
    notifications = [
        {"id": "notification_tidy_old", "then": now - timedelta(days=181)},
        {"id": "notification_tidy_new", "then": now - timedelta(days=179)},
    ]
    await cypher(
        database,
        "UNWIND $rows AS row "
        "CREATE (n:Notification {id: row.id, kind: 'followed', recipientId: 'x', createdAt: row.then}) RETURN n.id",
        rows=notifications,
    )
    lists = [
        {"id": "recommendation_tidy_old", "then": now - timedelta(days=31)},
        {"id": "recommendation_tidy_new", "then": now - timedelta(days=29)},
    ]
    await cypher(
        database,
        "UNWIND $rows AS row CREATE (n:Recommendation {id: row.id, surface: 'notes', arm: '', features: '[]', "
        "createdAt: row.then}) RETURN n.id",
        rows=lists,
    )
    told = await JOBS["tidy"](database)
    kinds = (
        "sessions, ",
        "personal tokens, ",
        "idempotency records, ",
        "notifications, ",
        "behaviour events, ",
        "recommendations and ",
        "queries ",
    )
    assert re.fullmatch("".join(rf"[\d,]+ {kind}" for kind in kinds) + "forgotten", told)
    left = await cypher(
        database,
        "MATCH (n:Session|IdempotencyRecord|Notification|Recommendation) WHERE n.id CONTAINS '_tidy_' "
        "RETURN n.id AS id ORDER BY id",
    )
    assert [row["id"] for row in left] == [
        "idempotencyrecord_tidy_new",
        "notification_tidy_new",
        "recommendation_tidy_new",
        "session_tidy_new",
    ]
    await cypher(database, "MATCH (n) WHERE n.id CONTAINS '_tidy_' DETACH DELETE n RETURN count(*)")


async def test_tidying_is_asked_for_once_however_many_start(database: Database) -> None:
    await cypher(database, "MATCH (e:OutboxEvent {kind: 'tidy'}) DELETE e RETURN 1")
    now = datetime.now(UTC)
    for _ in range(3):
        await schedule(database, now=now)
    rows = await cypher(database, "MATCH (e:OutboxEvent {kind: 'tidy'}) RETURN count(e) AS n, max(e.availableAt) AS at")
    assert rows[0]["n"] == 1
    assert rows[0]["at"].to_native() - now == timedelta(hours=1)
