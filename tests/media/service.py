"""The service with somebody signed in by a plain header, and the graph behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app import create_app
from graph.database import Database
from graph.errors import SignInRequired
from graph.ids import new_id
from graph.rules.access import Viewer
from settings import Settings
from tests.schema.support import cypher

JPEG = {"content-type": "image/jpeg"}


def by_plain_header(headers: Mapping[bytes, bytes]) -> Viewer | None:
    """`Authorization: user_…` signs in as that person; `bad` is no good token."""
    given = headers.get(b"authorization", b"").decode()
    if given == "bad":
        raise SignInRequired("the token has expired")
    return Viewer(given, frozenset(), "session") if given else None


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, authenticate=by_plain_header)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client


async def new_user(database: Database, state: str = "active") -> str:
    """The id of a person made for this test."""
    user_id = new_id("User")
    await cypher(
        database,
        "CREATE (:User {id: $id, handle: $id, displayName: 'Media', language: 'zh', kind: 'member', state: $state, "
        "private: false, createdAt: datetime()})",
        id=user_id,
        state=state,
    )
    return user_id


async def upload(
    client: httpx.AsyncClient, user_id: str, content: bytes, status: int = 201, **params: str
) -> dict[str, Any]:
    """The answer to an upload with that status."""
    response = await client.post("/media", content=content, headers={**JPEG, "authorization": user_id}, params=params)
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def nodes(database: Database, user_id: str) -> list[dict[str, Any]]:
    """The person's Media as they are in the graph."""
    rows = await cypher(
        database, "MATCH (:User {id: $id})-[:UPLOADED]->(m:Media) RETURN properties(m) AS m ORDER BY m.id", id=user_id
    )
    return [row["m"] for row in rows]
