"""Notes are liked once, by who may see them."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from graph.database import Database
from tests.schema.community import code_of, join
from tests.schema.noting import announced, begin, post, told
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def test_a_note_is_liked_once(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id = await post(author)
    answers = await asyncio.gather(
        *(reader.done("likeNote", {"noteId": note_id}, "note { likeCount viewerLikes }") for _ in range(40))
    )
    assert {(one["note"]["likeCount"], one["note"]["viewerLikes"]) for one in answers} == {(1, True)}
    rows = await cypher(
        database,
        "MATCH (:User {id: $user})-[l:LIKES]->(n:Note {id: $id}) RETURN count(*) AS likes, collect(l.to) AS to",
        user=reader.id,
        id=note_id,
    )
    assert rows == [{"likes": 1, "to": [note_id]}]
    assert await announced(database, note_id) == [("posted", author.id), ("liked", reader.id)]
    assert await told(author) == [("NOTE_LIKED", reader.handle)]
    undone = await reader.done("unlikeNote", {"noteId": note_id}, "note { likeCount viewerLikes }")
    assert undone["note"] == {"likeCount": 0, "viewerLikes": False}
    again = await reader.done("unlikeNote", {"noteId": note_id}, "note { likeCount }")
    assert again["note"] == {"likeCount": 0}


async def test_many_people_like_a_note_at_once(client: httpx.AsyncClient) -> None:
    author = await join(client)
    readers = await asyncio.gather(*(join(client) for _ in range(16)))
    note_id = await post(author)
    await asyncio.gather(*(one.done("likeNote", {"noteId": note_id}) for one in readers for _ in range(2)))
    query = "query L($id: ID!) { note(id: $id) { likeCount viewerLikes } }"
    assert (await author.ask(query, id=note_id))["note"] == {"likeCount": 16, "viewerLikes": False}


async def test_only_what_one_may_see_can_be_liked(client: httpx.AsyncClient, database: Database) -> None:
    author, follower, stranger, foe = [await join(client) for _ in range(4)]
    await follower.done("followUser", {"userId": author.id})
    draft, closed, out = await begin(author), await post(author, audience="FOLLOWERS"), await post(author)
    await author.done("blockUser", {"userId": foe.id})
    await follower.done("likeNote", {"noteId": closed})
    for person, note_id in ((stranger, closed), (stranger, draft), (foe, out), (follower, "note_nowhere")):
        for mutation in ("likeNote", "unlikeNote"):
            refused = await person.act(mutation, {"noteId": note_id}, "note { id }")
            assert (code_of(refused), refused["note"]) == (("NOT_FOUND", ["input", "noteId"]), None)
    assert code_of(await author.act("likeNote", {"noteId": draft})) == ("CONFLICT", ["input", "noteId"])
    rows = await cypher(
        database,
        "MATCH (n:Note) WHERE n.id IN $ids RETURN sum(COUNT { (n)<-[:LIKES]-() }) AS likes",
        ids=[draft, closed, out],
    )
    assert rows == [{"likes": 1}]
    # Who may not see a note any more can still take back that they like it.
    await author.done("blockUser", {"userId": follower.id})
    assert (await follower.done("unlikeNote", {"noteId": closed}, "note { id }"))["note"] is None
    rows = await cypher(database, "MATCH (:Note {id: $id})<-[l:LIKES]-() RETURN count(l) AS likes", id=closed)
    assert rows == [{"likes": 0}]
