"""Media in the graph: through GraphQL, and by the verbs that change them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import RFC_4122, UUID

import httpx
import pytest

from graph.database import Database, Transaction
from graph.errors import Conflict, Invalid, NotFound, ZhongcaoError
from graph.ids import new_id
from graph.media import delete_media, set_alt_text, show_media
from settings import Settings
from tests.media.pictures import encoded, quadrants
from tests.media.service import new_user, nodes, serving, upload
from tests.media.videos import mp4
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 1, tzinfo=UTC)
MEDIA = """query Shown($id: ID!) { node(id: $id) { __typename
  ... on Note { media(first: 5) { totalCount nodes { ...All } } }
  ... on Review { media(first: 5) { totalCount nodes { ...All } } }
  ... on Media { ...All }
} }
fragment All on Media { id kind mimeType width height bytes altText url thumbnailUrl createdAt }"""


@pytest.fixture
async def service(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings.model_copy(update={"data_dir": tmp_path})) as client:
        yield client


async def asked(client: httpx.AsyncClient, node_id: str) -> Any:
    response = await client.post("/graphql", json={"query": MEDIA, "variables": {"id": node_id}})
    answer = response.json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["node"]


async def new_shower(database: Database, label: str, user_id: str) -> str:
    """The id of a published note, or of a review of a listed product, of this person."""
    node_id = new_id(label)
    made = {
        "Note": "CREATE (u)-[:POSTED {at: datetime()}]->(:Note {id: $id, kind: 'image', title: 't', text: 't', "
        "language: 'zh', state: 'published', audience: 'everyone', authorId: u.id, createdAt: datetime()})",
        "Review": "MATCH (p:Product {state: 'listed'}) WITH u, p LIMIT 1 "
        "CREATE (u)-[:WROTE {at: datetime()}]->(:Review {id: $id, rating: 5, text: 't', verified: false, "
        "state: 'hidden', productId: p.id, createdAt: datetime()})-[:REVIEWS]->(p)",
    }[label]
    await cypher(database, f"MATCH (u:User {{id: $user_id}}) {made}", user_id=user_id, id=node_id)
    return node_id


async def show(database: Database, owner_id: str, shower_id: str, *media_ids: str) -> None:
    async def work(transaction: Transaction) -> None:
        await show_media(transaction, owner_id=owner_id, shower_id=shower_id, media_ids=media_ids, now=NOW)

    await database.unit(work)


async def delete(database: Database, user_id: str, media_id: str) -> None:
    async def work(transaction: Transaction) -> None:
        await delete_media(transaction, user_id=user_id, media_id=media_id, now=NOW)

    await database.unit(work)


async def describe(database: Database, user_id: str, media_id: str, alt_text: str | None) -> str | None:
    async def work(transaction: Transaction) -> str | None:
        changed = await set_alt_text(transaction, user_id=user_id, media_id=media_id, alt_text=alt_text, now=NOW)
        return changed.alt_text

    return await database.unit(work)


async def test_a_note_shows_its_media_in_its_order(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    picture = await upload(service, user_id, encoded(quadrants(), "PNG"), alt="flag")
    video = await upload(service, user_id, mp4())
    note_id = await new_shower(database, "Note", user_id)
    for order in ((picture, video), (video, picture)):
        await show(database, user_id, note_id, *(one["id"] for one in order))
        found = await asked(service, note_id)
        assert found["media"]["totalCount"] == 2
        shown = found["media"]["nodes"]
        assert all(one.pop("createdAt") for one in shown)
        assert shown == [{**one, "kind": one["kind"].upper()} for one in order]
    await show(database, user_id, note_id)
    assert (await asked(service, note_id))["media"] == {"totalCount": 0, "nodes": []}


async def test_a_review_shows_its_media(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    picture = await upload(service, user_id, encoded(quadrants(), "PNG"))
    review_id = await new_shower(database, "Review", user_id)
    await show(database, user_id, review_id, picture["id"])
    rows = await cypher(
        database,
        "MATCH (r:Review {id: $id})-[s:SHOWS]->(m) RETURN s.position AS at, m.id AS media, keys(m) AS keys",
        id=review_id,
    )
    assert [(row["at"], row["media"]) for row in rows] == [(0, picture["id"])]
    assert "lockedAt" not in rows[0]["keys"]


async def test_removed_media_are_nowhere(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    picture = await upload(service, user_id, encoded(quadrants(), "PNG"))
    note_id = await new_shower(database, "Note", user_id)
    await show(database, user_id, note_id, picture["id"])
    assert (await asked(service, picture["id"]))["id"] == picture["id"]
    await cypher(database, "MATCH (m:Media {id: $id}) SET m.state = 'removed'", id=picture["id"])
    assert (await asked(service, note_id))["media"]["nodes"] == []
    assert await asked(service, picture["id"]) is None
    for refused in (
        describe(database, user_id, picture["id"], "x"),
        delete(database, user_id, picture["id"]),
        show(database, user_id, note_id, picture["id"]),
    ):
        with pytest.raises(NotFound):
            await refused
    assert len(await nodes(database, user_id)) == 1


async def test_ids_cannot_be_told_from_each_other(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    ids = [UUID((await upload(service, user_id, encoded(quadrants(9, side), "PNG")))["id"][6:]) for side in range(1, 5)]
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert len({one.hex[16:24] for one in ids}) == 4, "no two share what follows the time"
    assert sorted(ids, key=lambda one: one.int >> 80) == ids


async def test_alt_text_belongs_to_the_owner(service: httpx.AsyncClient, database: Database) -> None:
    user_id, other_id = await new_user(database), await new_user(database)
    media_id = (await upload(service, user_id, encoded(quadrants(), "PNG")))["id"]
    assert await describe(database, user_id, media_id, " 旗 ") == "旗"
    with pytest.raises(NotFound):
        await describe(database, other_id, media_id, "mine")
    with pytest.raises(Invalid):
        await describe(database, user_id, media_id, "x" * 1_001)
    assert (await asked(service, media_id))["altText"] == "旗"
    assert await describe(database, user_id, media_id, " ") is None
    assert (await asked(service, media_id))["altText"] is None


async def test_what_is_shown_cannot_be_deleted(service: httpx.AsyncClient, database: Database) -> None:
    user_id, other_id = await new_user(database), await new_user(database)
    picture = await upload(service, user_id, encoded(quadrants(), "PNG"))
    note_id = await new_shower(database, "Note", user_id)
    await show(database, user_id, note_id, picture["id"])
    with pytest.raises(Conflict):
        await delete(database, user_id, picture["id"])
    [node] = await nodes(database, user_id)
    assert "lockedAt" not in node
    await show(database, user_id, note_id)
    with pytest.raises(NotFound):
        await delete(database, other_id, picture["id"])
    await delete(database, user_id, picture["id"])
    assert await nodes(database, user_id) == []
    assert await asked(service, picture["id"]) is None


async def test_only_own_media_are_shown_each_once(service: httpx.AsyncClient, database: Database) -> None:
    user_id, other_id = await new_user(database), await new_user(database)
    own = (await upload(service, user_id, encoded(quadrants(), "PNG")))["id"]
    foreign = (await upload(service, other_id, encoded(quadrants(), "PNG")))["id"]
    note_id = await new_shower(database, "Note", user_id)
    await show(database, user_id, note_id, own)
    refusals: list[tuple[str, tuple[str, ...], type[ZhongcaoError]]] = [
        (note_id, (own, foreign), NotFound),
        (note_id, (own, own), Invalid),
        (note_id, tuple(f"media_{place}" for place in range(19)), Invalid),
        (new_id("Note"), (own,), NotFound),
        (user_id, (own,), NotFound),
    ]
    for shower_id, media_ids, refusal in refusals:
        with pytest.raises(refusal):
            await show(database, user_id, shower_id, *media_ids)
    assert [one["id"] for one in (await asked(service, note_id))["media"]["nodes"]] == [own]
