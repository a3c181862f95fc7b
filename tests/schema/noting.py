"""Notes that people of a test write through the API."""

from __future__ import annotations

import asyncio
from typing import Any

import uuid_utils

from graph.database import Database
from graph.ids import new_id
from tests.schema.community import Person
from tests.schema.support import cypher

NOTE = "note { id state publishedAt }"


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


async def told(person: Person, count: int) -> list[tuple[str, str]]:
    """Kind and actor of the person's notifications, once there are so many, by kind."""
    query = "{ viewer { notifications(first: 50) { nodes { kind actor { handle } } } } }"
    for _ in range(100):
        found = (await person.ask(query))["viewer"]["notifications"]["nodes"]
        if len(found) >= count:
            break
        await asyncio.sleep(0.1)
    return sorted((one["kind"], one["actor"]["handle"]) for one in found)
