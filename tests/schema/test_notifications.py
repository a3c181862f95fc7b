"""Notifications through the API: what the viewer was told, in order, read and unread, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from graph.acts import Act
from graph.database import Database, Transaction
from graph.ids import new_id
from graph.notifications import notify
from tests.schema.community import Person, code_of, join
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
INBOX = """
query Inbox($after: String) { viewer { unreadNotificationCount notifications(first: 2, after: $after) {
  totalCount nodes {
    __typename id kind createdAt readAt actor { handle } note { title } comment { text } review { id }
  }
  pageInfo { hasNextPage endCursor }
} } }"""
NODE = "query N($id: ID!) { node(id: $id) { id ... on Notification { kind } } }"


async def follow(database: Database, follower: Person, followed: Person, minute: int) -> None:
    """A follow and what its followed person is told of it, at that minute of an old hour."""
    now = datetime(2026, 5, 1, 8, minute, tzinfo=UTC)
    await cypher(
        database,
        "MATCH (a:User {id: $a}) MATCH (b:User {id: $b}) CREATE (a)-[:FOLLOWS {at: $now, to: $b}]->(b)",
        a=follower.id,
        b=followed.id,
        now=now,
    )

    async def work(tx: Transaction) -> None:
        await notify(tx, act=Act.FOLLOWED, actor_id=follower.id, subject_id=followed.id, now=now)

    await database.unit(work)


async def test_the_inbox_is_newest_first_and_paged(client: httpx.AsyncClient, database: Database) -> None:
    viewer, *others = [await join(client) for _ in range(4)]
    for minute, other in enumerate(others):
        await follow(database, other, viewer, minute)
    first = (await viewer.ask(INBOX))["viewer"]
    assert first["unreadNotificationCount"] == 3
    page = first["notifications"]
    assert page["totalCount"] == 3
    newest = page["nodes"][0]
    assert newest | {"id": ""} == {
        "__typename": "Notification",
        "id": "",
        "kind": "FOLLOWED",
        "createdAt": "2026-05-01T08:02:00Z",
        "readAt": None,
        "actor": {"handle": others[2].handle},
        "note": None,
        "comment": None,
        "review": None,
    }
    assert page["pageInfo"]["hasNextPage"] is True
    rest = (await viewer.ask(INBOX, after=page["pageInfo"]["endCursor"]))["viewer"]["notifications"]
    handles = [one["actor"]["handle"] for one in (*page["nodes"], *rest["nodes"])]
    assert handles == [other.handle for other in reversed(others)]


async def test_only_the_recipient_sees_a_notification(client: httpx.AsyncClient, database: Database) -> None:
    viewer, other = await join(client), await join(client)
    await follow(database, other, viewer, 1)
    (one,) = (await viewer.ask(INBOX))["viewer"]["notifications"]["nodes"]
    assert (await viewer.ask(NODE, id=one["id"]))["node"] == {"id": one["id"], "kind": "FOLLOWED"}
    assert (await other.ask(NODE, id=one["id"]))["node"] is None
    nobody = await client.post("/graphql", json={"query": NODE, "variables": {"id": one["id"]}})
    assert nobody.json()["data"] == {"node": None}
    assert (await other.ask(INBOX))["viewer"]["notifications"]["nodes"] == []


async def test_an_actor_who_is_blocked_later_is_not_named(client: httpx.AsyncClient, database: Database) -> None:
    viewer, other = await join(client), await join(client)
    await follow(database, other, viewer, 1)
    await viewer.done("blockUser", {"userId": other.id})
    (one,) = (await viewer.ask(INBOX))["viewer"]["notifications"]["nodes"]
    assert (one["kind"], one["actor"]) == ("FOLLOWED", None)


async def test_marking_read(client: httpx.AsyncClient, database: Database) -> None:
    viewer, *others = [await join(client) for _ in range(4)]
    for minute, other in enumerate(others):
        await follow(database, other, viewer, minute)
    nodes = (await viewer.ask(INBOX))["viewer"]["notifications"]["nodes"]
    payload = "markedCount viewer { unreadNotificationCount }"
    stranger = await others[0].done("markNotificationsRead", {"ids": [nodes[0]["id"]]}, payload)
    assert stranger == {"markedCount": 0, "viewer": {"unreadNotificationCount": 0}, "errors": []}
    one = await viewer.done("markNotificationsRead", {"ids": [nodes[0]["id"]]}, payload)
    assert one == {"markedCount": 1, "viewer": {"unreadNotificationCount": 2}, "errors": []}
    again = (await viewer.ask(INBOX))["viewer"]["notifications"]["nodes"]
    assert [node["readAt"] is None for node in again] == [False, True]
    rest = await viewer.done("markNotificationsRead", {"until": nodes[1]["createdAt"]}, payload)
    assert rest == {"markedCount": 2, "viewer": {"unreadNotificationCount": 0}, "errors": []}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID", ["input", "ids"]),
        ({"ids": [], "until": "2026-01-01T00:00:00Z"}, "INVALID", ["input", "ids"]),
        ({"ids": [new_id("Note")]}, "INVALID", ["input", "ids"]),
    ],
)
async def test_what_marking_refuses(
    client: httpx.AsyncClient, given: dict[str, object], code: str, field: list[str]
) -> None:
    viewer = await join(client)
    assert code_of(await viewer.act("markNotificationsRead", given)) == (code, field)


async def test_marking_takes_a_viewer(client: httpx.AsyncClient) -> None:
    query = "mutation { markNotificationsRead(input: {ids: []}) { errors { code } } }"
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"] == {"markNotificationsRead": {"errors": [{"code": "SIGN_IN_REQUIRED"}]}}


async def test_a_follow_leaves_its_event(client: httpx.AsyncClient, database: Database) -> None:
    viewer, other = await join(client), await join(client)
    await other.done("followUser", {"userId": viewer.id})
    await other.done("followUser", {"userId": viewer.id})
    rows = await cypher(
        database,
        "MATCH (e:OutboxEvent {kind: 'notify'}) WHERE e.data CONTAINS $id RETURN e.data AS data, e.attempts AS tries",
        id=other.id,
    )
    assert rows == [{"data": f'{{"act":"followed","actorId":"{other.id}","subjectId":"{viewer.id}"}}', "tries": 0}]
