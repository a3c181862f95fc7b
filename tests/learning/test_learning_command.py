"""From feedback in the graph to a model that may serve, by the commands of an operator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import orjson
import pytest

from graph.database import Database
from settings import Settings
from tests.commands.command import run
from tests.learning.simulated import outcome
from tests.schema.behaving import consent
from tests.schema.community import Person
from tests.schema.shop import people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
LISTS = 260
_WRITE = """
UNWIND $lists AS one
CREATE (:Recommendation {id: one.id, viewerId: one.viewer, surface: 'notes', arm: '', ids: one.ids,
  scores: one.scores, features: one.features, createdAt: one.at})
WITH one UNWIND one.events AS event
CREATE (:BehaviourEvent {id: event.id, userId: event.user, kind: event.kind, subjectId: event.subject, at: event.at,
  receivedAt: event.at, position: event.position, recommendationId: one.id})"""


async def write(database: Database, persons: list[Person], *, first: int, count: int) -> None:
    """So many lists of these people, from the one of that number on."""
    chance = np.random.Generator(np.random.PCG64(first))
    begin = datetime.now(UTC) - timedelta(days=2)
    lists = []
    for number in range(first, first + count):
        made = outcome(number, chance, signal=3.0, power=0.5)
        viewer = persons[number % len(persons)]
        at = begin + timedelta(minutes=number)
        lists.append({
            "id": f"recommendation_simulated-{number}",
            "viewer": viewer.id,
            "at": at,
            "ids": [one.id for one in made.items],
            "scores": [one.score for one in made.items],
            "features": orjson.dumps([dict(one.features) for one in made.items]).decode(),
            "events": [
                {
                    "id": f"behaviourevent_simulated-{number}-{place}", "user": viewer.id, "kind": event.kind.value,
                    "subject": event.subject_id, "at": at + timedelta(milliseconds=event.at - made.at),
                    "position": event.position,
                }
                for place, event in enumerate(made.events)
            ],
        })  # fmt: skip
    await cypher(database, _WRITE, lists=lists)


@pytest.fixture
async def persons(client: httpx.AsyncClient, database: Database, settings: Settings) -> AsyncIterator[list[Person]]:
    made = await people(client, database, settings, 21)
    await consent(*made[:20])
    yield made
    await cypher(
        database, "MATCH (n:Recommendation|BehaviourEvent) WHERE n.id CONTAINS '_simulated-' DELETE n RETURN count(*)"
    )


async def test_from_feedback_to_a_model_that_serves(
    database: Database, settings: Settings, persons: list[Person], tmp_path: Path
) -> None:
    named = {
        "NEO4J_URI": settings.neo4j_uri or "",
        "NEO4J_USERNAME": settings.neo4j_username,
        "NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
    }

    def learning(command: str) -> tuple[int, str]:
        return run("learning", command, "notes", "--data-dir", str(tmp_path), **named)

    status, output = learning("enable")
    assert (status, "no model of notes was trained" in output) == (1, True), output
    await write(database, persons, first=0, count=100)
    status, output = learning("train")
    assert (status, "200 are needed to learn" in output) == (1, True), output
    await write(database, persons, first=100, count=LISTS)
    status, output = learning("train")
    assert status == 0, output
    assert "replayed" in output
    status, output = learning("enable")
    assert status == 1, "a fifth of so few lists is not enough to tell"
    await write(database, persons, first=100 + LISTS, count=200)
    status, output = learning("evaluate")
    assert status == 0, output
    assert "better: it may be enabled" in output
    status, output = learning("enable")
    assert status == 0, output
    assert "ZHONGCAO_LEARNED_ORDER" in output
    content = orjson.loads((tmp_path / "learning" / "notes.enabled.json").read_bytes())
    # One of the 21 people does not let their behaviour be kept: nothing of theirs is learned from.
    assert 0.8 * 360 * 20 / 21 < content["lists"] <= 360 * 20 / 21
    status, output = learning("disable")
    assert (status, "serves no more" in output) == (0, True), output
    assert not (tmp_path / "learning" / "notes.enabled.json").exists()
