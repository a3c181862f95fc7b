"""People who are looked at as they look at things, for tests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.database import Database
from tests.schema.community import Person
from tests.schema.support import cypher

OUTCOME = "accepted duplicates skipped { index code }"
_EDGES = """
MATCH (:User {id: $id})-[edge:SHOWN|VIEWED|CLICKED|CARTED|NOT_INTERESTED]->(subject)
RETURN type(edge) AS type, subject.id AS subject, edge.count AS count, edge.dwellMs AS dwell,
       toString(coalesce(edge.firstAt, edge.at)) AS first, toString(edge.lastAt) AS last
ORDER BY type, subject"""


def moment(minutes_ago: float) -> str:
    """That long ago, to the second."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes_ago)
    return at.isoformat().replace("+00:00", "Z")


def event(kind: str, subject_id: str, **values: Any) -> dict[str, Any]:
    """A new event of ten minutes ago."""
    return {"id": str(uuid.uuid4()), "kind": kind, "subjectId": subject_id, "at": moment(10), **values}


async def consent(*persons: Person) -> None:
    """Lets their behaviour be kept."""
    for person in persons:
        await person.done("setBehaviourConsent", {"given": True})


async def tell(person: Person, *events: dict[str, Any]) -> tuple[int, int, list[tuple[int, str]]]:
    """How many of the events were accepted and how many were duplicates, and which were skipped for what."""
    done = await person.done("recordFeedback", {"events": list(events)}, OUTCOME)
    return done["accepted"], done["duplicates"], [(one["index"], one["code"]) for one in done["skipped"]]


async def edges(database: Database, person: Person) -> dict[tuple[str, str], list[Any]]:
    """Count, dwelling time, first and last moment of all that counts what the person did, by type and subject."""
    return {
        (row["type"], row["subject"]): [row["count"], row["dwell"], row["first"], row["last"]]
        for row in await cypher(database, _EDGES, id=person.id)
    }


async def kept(database: Database, person: Person) -> list[dict[str, Any]]:
    """The properties of the person's events that stay, oldest first, without ids and times of receipt."""
    rows = await cypher(
        database,
        "MATCH (event:BehaviourEvent {userId: $id}) RETURN event{.*, at: toString(event.at)} AS event "
        "ORDER BY event.at, event.kind, event.subjectId",
        id=person.id,
    )
    left_out = ("id", "userId", "receivedAt")
    return [{key: value for key, value in row["event"].items() if key not in left_out} for row in rows]
