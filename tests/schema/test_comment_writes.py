"""Comments and replies are written, deleted and liked."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph.database import Database
from tests.schema.community import Person, act, code_of, join
from tests.schema.noting import announced, begin, post, told
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_WHOLE = "comment { id text likeCount viewerLikes author { handle } note { id commentCount } replyTo { id } }"
_UNDER = """query U($id: ID!) { note(id: $id) { commentCount comments(first: 9) {
  totalCount nodes { id replyTo { id } replies(first: 9) { totalCount nodes { id } } } } } }"""


async def say(person: Person, note_id: str, text: str = "好看", **given: Any) -> str:
    """The id of a new comment."""
    whole = {"noteId": note_id, "text": text, **given}
    return str((await person.done("commentOnNote", whole, "comment { id }"))["comment"]["id"])


async def comments(database: Database, note_id: str) -> list[dict[str, Any]]:
    """What the graph says of the comments that were ever made on a note."""
    return await cypher(
        database,
        """MATCH (c:Comment {noteId: $id})
        RETURN c.id AS id, c.state AS state, c.text AS text,
          COLLECT { MATCH (c)-[edge]->() RETURN type(edge) ORDER BY type(edge) } AS edges ORDER BY id""",
        id=note_id,
    )


async def test_comments_and_replies(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id = await post(author)
    found = await reader.done("commentOnNote", {"noteId": note_id, "text": " 好看\n想要 "}, _WHOLE)
    first = found["comment"].pop("id")
    assert found["comment"] == {
        "text": "好看\n想要",
        "likeCount": 0,
        "viewerLikes": False,
        "author": {"handle": reader.handle},
        "note": {"id": note_id, "commentCount": 1},
        "replyTo": None,
    }
    answer = await author.done("commentOnNote", {"noteId": note_id, "text": "谢谢", "replyToId": first}, _WHOLE)
    second = answer["comment"]["id"]
    assert (answer["comment"]["replyTo"], answer["comment"]["note"]["commentCount"]) == ({"id": first}, 2)
    under = (await reader.ask(_UNDER, id=note_id))["note"]
    assert under["commentCount"] == 2
    assert under["comments"] == {
        "totalCount": 2,
        "nodes": [
            {"id": second, "replyTo": {"id": first}, "replies": {"totalCount": 0, "nodes": []}},
            {"id": first, "replyTo": None, "replies": {"totalCount": 1, "nodes": [{"id": second}]}},
        ],
    }
    assert await announced(database, first) == [("commented", reader.id)]
    assert await announced(database, second) == [("commented", author.id)]
    assert await told(author) == [("NOTE_COMMENTED", reader.handle)]
    assert await told(reader) == [("COMMENT_REPLIED", author.handle)]


async def test_mentions_in_comments(client: httpx.AsyncClient, database: Database) -> None:
    author, reader, named = [await join(client) for _ in range(3)]
    note_id = await post(author)
    comment_id = await say(reader, note_id, f"@{named.handle} 看这个 @{reader.handle}")
    rows = await cypher(database, "MATCH (:Comment {id: $id})-[:MENTIONS]->(u) RETURN u.id AS id", id=comment_id)
    assert rows == [{"id": named.id}]
    assert await announced(database, comment_id) == [("commented", reader.id)]
    assert await told(named) == [("MENTIONED", reader.handle)]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"text": " "}, "INVALID", "text"),
        ({"text": "x" * 2_001}, "INVALID", "text"),
        ({"noteId": "note_nowhere"}, "NOT_FOUND", "noteId"),
        ({"noteId": "comment_1"}, "INVALID", "noteId"),
        ({"replyToId": "comment_nowhere"}, "NOT_FOUND", "replyToId"),
    ],
)
async def test_what_a_comment_may_not_be(
    client: httpx.AsyncClient, database: Database, change: dict[str, Any], code: str, field: str
) -> None:
    author = await join(client)
    note_id = await post(author)
    refused = await author.act("commentOnNote", {"noteId": note_id, "text": "t", **change}, "comment { id }")
    assert (code_of(refused), refused["comment"]) == ((code, ["input", field]), None)
    assert await comments(database, note_id) == []


async def test_a_reply_stands_under_the_same_note(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    one, other = await post(author), await post(author)
    elsewhere = await say(author, other)
    refused = await author.act("commentOnNote", {"noteId": one, "text": "t", "replyToId": elsewhere})
    assert code_of(refused) == ("NOT_FOUND", ["input", "replyToId"])
    gone = await say(author, one)
    await author.done("deleteComment", {"commentId": gone})
    refused = await author.act("commentOnNote", {"noteId": one, "text": "t", "replyToId": gone})
    assert code_of(refused) == ("NOT_FOUND", ["input", "replyToId"])
    assert [row["id"] for row in await comments(database, one)] == [gone]


async def test_only_who_sees_the_note_comments(client: httpx.AsyncClient, database: Database) -> None:
    author, follower, stranger, foe = [await join(client) for _ in range(4)]
    await follower.done("followUser", {"userId": author.id})
    await author.done("blockUser", {"userId": foe.id})
    draft, closed, out = await begin(author), await post(author, audience="FOLLOWERS"), await post(author)
    for person, note_id in ((stranger, closed), (stranger, draft), (foe, out)):
        refused = await person.act("commentOnNote", {"noteId": note_id, "text": "t"})
        assert code_of(refused) == ("NOT_FOUND", ["input", "noteId"])
    own = await author.act("commentOnNote", {"noteId": draft, "text": "t"})
    assert code_of(own) == ("CONFLICT", ["input", "noteId"])
    nobody = await act(client, "commentOnNote", {"noteId": out, "text": "t"})
    assert code_of(nobody) == ("SIGN_IN_REQUIRED", [])
    assert [await comments(database, note_id) for note_id in (draft, closed, out)] == [[], [], []]
    # A comment of somebody whom the reader blocks is not there for a reply.
    said = await say(follower, closed)
    await author.done("blockUser", {"userId": follower.id})
    hidden = await author.act("commentOnNote", {"noteId": closed, "text": "t", "replyToId": said})
    assert code_of(hidden) == ("NOT_FOUND", ["input", "replyToId"])


async def test_a_request_sent_twice_makes_one_comment(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    note_id = await post(author)
    given = {"noteId": note_id, "text": "t", "idempotencyKey": "k"}
    answers = await asyncio.gather(*(author.done("commentOnNote", given, "comment { id }") for _ in range(5)))
    assert len({one["comment"]["id"] for one in answers}) == 1
    assert len(await comments(database, note_id)) == 1


async def test_a_deleted_comment_leaves_its_replies(client: httpx.AsyncClient, database: Database) -> None:
    author, writer, other = [await join(client) for _ in range(3)]
    note_id = await post(author)
    first = await say(writer, note_id, f"@{other.handle} 看")
    reply = await say(other, note_id, replyToId=first)
    stranger = await other.act("deleteComment", {"commentId": first})
    assert code_of(stranger) == ("FORBIDDEN", ["input", "commentId"])
    assert (await comments(database, note_id))[0]["state"] == "published"
    deleted = await writer.done("deleteComment", {"commentId": first}, "deletedCommentId")
    assert deleted["deletedCommentId"] == first
    under = (await other.ask(_UNDER, id=note_id))["note"]
    assert under == {
        "commentCount": 1,
        "comments": {
            "totalCount": 1,
            "nodes": [{"id": reply, "replyTo": None, "replies": {"totalCount": 0, "nodes": []}}],
        },
    }
    assert (await comments(database, note_id))[0]["edges"] == ["WAS_ON"]
    assert code_of(await other.act("deleteComment", {"commentId": first})) == ("NOT_FOUND", ["input", "commentId"])
    assert code_of(await other.act("likeComment", {"commentId": first})) == ("NOT_FOUND", ["input", "commentId"])
    again = await writer.done("deleteComment", {"commentId": first}, "deletedCommentId")
    assert again["deletedCommentId"] == first
    await author.done("deleteComment", {"commentId": reply})
    assert [(row["state"], row["edges"]) for row in await comments(database, note_id)] == [
        ("removed", ["WAS_ON"]),
        ("removed", ["REPLIES_TO", "WAS_ON"]),
    ]


async def test_deleting_a_reply_leaves_its_comment_without(client: httpx.AsyncClient) -> None:
    author = await join(client)
    note_id = await post(author)
    first = await say(author, note_id)
    reply = await say(author, note_id, replyToId=first)
    await author.done("deleteComment", {"commentId": reply})
    under = (await author.ask(_UNDER, id=note_id))["note"]["comments"]
    assert under == {
        "totalCount": 1,
        "nodes": [{"id": first, "replyTo": None, "replies": {"totalCount": 0, "nodes": []}}],
    }


async def test_a_comment_is_liked_once(client: httpx.AsyncClient, database: Database) -> None:
    author, writer, reader = [await join(client) for _ in range(3)]
    note_id = await post(author)
    comment_id = await say(writer, note_id)
    ask = "comment { likeCount viewerLikes }"
    answers = await asyncio.gather(*(reader.done("likeComment", {"commentId": comment_id}, ask) for _ in range(16)))
    assert {(one["comment"]["likeCount"], one["comment"]["viewerLikes"]) for one in answers} == {(1, True)}
    assert await announced(database, comment_id) == [("commented", writer.id), ("liked", reader.id)]
    assert await told(writer) == [("COMMENT_LIKED", reader.handle)]
    for _ in range(2):
        undone = await reader.done("unlikeComment", {"commentId": comment_id}, ask)
        assert undone["comment"] == {"likeCount": 0, "viewerLikes": False}
    await author.done("deleteNote", {"noteId": note_id})
    for mutation in ("likeComment", "unlikeComment"):
        refused = await reader.act(mutation, {"commentId": comment_id})
        assert code_of(refused) == ("NOT_FOUND", ["input", "commentId"])
    rows = await cypher(database, "MATCH (c:Comment {id: $id})<-[l:LIKES]-() RETURN count(l) AS likes", id=comment_id)
    assert rows == [{"likes": 0}]


async def test_who_is_suspended_says_nothing(client: httpx.AsyncClient, database: Database) -> None:
    author, person = await join(client), await join(client)
    note_id = await post(author)
    comment_id = await say(person, note_id)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=person.id)
    for mutation, given in (
        ("commentOnNote", {"noteId": note_id, "text": "t"}),
        ("deleteComment", {"commentId": comment_id}),
        ("likeComment", {"commentId": comment_id}),
        ("unlikeComment", {"commentId": comment_id}),
    ):
        assert code_of(await person.act(mutation, given)) == ("FORBIDDEN", []), mutation
    (row,) = await comments(database, note_id)
    assert (row["state"], row["edges"]) == ("published", ["ON"])
