"""Notes that people of a test write through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import uuid_utils

from graph.acts import Act
from graph.database import Database, Transaction
from graph.ids import new_id
from graph.notifications import notify
from tests.schema.community import Person
from tests.schema.support import cypher

NOTE = "note { id state publishedAt }"
WHOLE = """note { kind title text language state audience publishedAt editedAt likeCount viewerLikes
  author { handle } category { id }
  topics(first: 10) { nodes { name noteCount } } media(first: 9) { nodes { id } }
  products(first: 9) { edges { position sponsored node { id } } }
  revisions(first: 9) { nodes { number title text topics productIds mediaIds } } }"""
SEEN = "query N($id: ID!) { note(id: $id) { id state audience title } node(id: $id) { id } }"


async def categories(person: Person) -> list[str]:
    """The ids of the first two categories."""
    found = await person.ask("{ categories(first: 2) { nodes { id } } }")
    return [one["id"] for one in found["categories"]["nodes"]]


async def begin(person: Person, **given: Any) -> str:
    """The id of a new note; without more, a draft of text."""
    category, _ = await categories(person)
    whole = {"kind": "TEXT", "title": "标题", "text": "正文", "categoryId": category, **given}
    found = await person.done("createNote", whole, NOTE)
    return str(found["note"]["id"])


async def post(person: Person, **given: Any) -> str:
    """The id of a new note that is out."""
    return await begin(person, publish=True, **given)


async def picture(database: Database, person: Person, kind: str = "image") -> str:
    """The id of a picture or video that the person uploaded, as far as the graph knows."""
    media_id = new_id("Media")
    await cypher(
        database,
        """MATCH (user:User {id: $user_id})
        CREATE (user)-[:UPLOADED {at: datetime()}]->(:Media {
          id: $id, kind: $kind, mimeType: $kind + '/x', sha256: $id, sourceSha256: $id, bytes: 1, width: 1, height: 1,
          storageKey: $id, state: 'ready', ownerId: $user_id, contentKey: $user_id + ':' + $id,
          createdAt: datetime()})""",
        user_id=person.id,
        id=media_id,
        kind=kind,
    )
    return media_id


async def products(database: Database, count: int = 3) -> list[str]:
    """The ids of some listed products."""
    rows = await cypher(
        database,
        "MATCH (p:Product {state: 'listed'}) RETURN p.id AS id ORDER BY id LIMIT $count",
        count=count,
    )
    return [row["id"] for row in rows]


def fresh_topic() -> str:
    """A topic that nobody used before."""
    return f"t{uuid_utils.uuid7().hex[-20:]}"


async def announced(database: Database, subject_id: str) -> list[tuple[str, str]]:
    """Act and actor of what was announced about the subject, in order, after telling whom it concerns."""
    rows = await cypher(
        database,
        """MATCH (event:OutboxEvent {kind: 'notify'}) WHERE event.data CONTAINS $id
        WITH event, event.data AS data ORDER BY event.createdAt, event.id
        DELETE event RETURN data""",
        id=subject_id,
    )
    acts = [orjson.loads(row["data"]) for row in rows]

    async def work(tx: Transaction) -> None:
        for one in acts:
            await notify(
                tx, act=Act(one["act"]), actor_id=one["actorId"], subject_id=one["subjectId"], now=datetime.now(UTC)
            )

    await database.unit(work)
    return [(one["act"], one["actorId"]) for one in acts]


async def told(person: Person) -> list[tuple[str, str]]:
    """Kind and actor of the person's notifications, by kind."""
    query = "{ viewer { notifications(first: 50) { nodes { kind actor { handle } } } } }"
    found = (await person.ask(query))["viewer"]["notifications"]["nodes"]
    return sorted((one["kind"], one["actor"]["handle"]) for one in found)


async def shape(database: Database, note_id: str) -> dict[str, Any]:
    """What the graph says of a note: its state, and how many relationships of each kind it has."""
    (row,) = await cypher(
        database,
        """MATCH (note:Note {id: $id})
        RETURN note.state AS state, note.publishedAt IS NOT NULL AS out,
          COLLECT {
            MATCH (note)-[edge]-(that) WHERE NOT that:Notification RETURN type(edge) ORDER BY type(edge)
          } AS edges""",
        id=note_id,
    )
    return row


async def revisions(person: Person, note_id: str) -> list[tuple[int, str]]:
    """Number and title of the note's earlier versions, latest first."""
    query = "query R($id: ID!) { note(id: $id) { revisions(first: 50) { nodes { number title } } } }"
    found = (await person.ask(query, id=note_id))["note"]["revisions"]["nodes"]
    return [(one["number"], one["title"]) for one in found]
