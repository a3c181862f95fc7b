"""Notifications as they come: across server processes, seen as the viewer may see them when they arrive."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import orjson
import pytest

from graph.acts import Act, announce
from graph.database import Address, Database, Transaction
from graph.errors import LimitExceeded, Unavailable
from graph.ids import new_id
from graph.notifications import notify, since
from schema.tailing import Listener, Tail
from settings import Settings
from tests.schema.community import Person, join
from tests.schema.serving import Passes, connected, serving, streamed, subscriptions, under_way, until
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
People: TypeAlias = Callable[[], Awaitable[str]]
ROOT = Path(__file__).parents[2]
ADDED = """subscription Added { added: notificationAdded {
  __typename kind readAt actor { handle followerCount } note { id } } }"""
WITH_EXCERPT = "subscription { notificationAdded { kind note { title excerpt(length: 20) author { id } } } }"
FOLLOW = "MATCH (a:User {id: $a}) MATCH (b:User {id: $b}) MERGE (a)-[f:FOLLOWS]->(b) SET f.at = $now, f.to = $b"


@pytest.fixture
def working(settings: Settings) -> Settings:
    """Settings of a process that handles what follows writes."""
    return settings.model_copy(update={"worker": True})


@pytest.fixture
def person(database: Database) -> People:
    """Makes people, without accounts."""

    async def make() -> str:
        found = new_id("User")
        await cypher(
            database,
            """
            CREATE (:User {id: $id, handle: $id, displayName: 'P', state: 'active', kind: 'member', language: 'zh',
                           private: false, createdAt: $now})
            """,
            id=found,
            now=datetime.now(UTC),
        )
        return found

    return make


async def follow(
    database: Database, follower: str, followed: str, *, told: bool = True, now: datetime | None = None
) -> None:
    """A follow; `told` makes the notification at once, else its event is left to a worker."""
    moment = now or datetime.now(UTC)
    await cypher(database, FOLLOW, a=follower, b=followed, now=moment)

    async def work(tx: Transaction) -> None:
        act = notify if told else announce
        await act(tx, act=Act.FOLLOWED, actor_id=follower, subject_id=followed, now=moment)

    await database.unit(work)


async def test_what_happens_in_another_process_arrives_here(settings: Settings, working: Settings) -> None:
    async with (
        serving(settings) as listening,
        serving(working) as acting,
        httpx.AsyncClient(base_url=f"http://{acting}", trust_env=False) as client,
        connected(listening) as socket,
    ):
        viewer, other = await join(client), await join(client)
        await socket.begin(viewer.tokens["accessToken"])
        await socket.subscribe(ADDED)
        await subscriptions(1)
        await other.done("followUser", {"userId": viewer.id})
        answer = await socket.hear()
    extensions = answer["payload"].pop("extensions")
    assert answer == {
        "id": "1",
        "type": "next",
        "payload": {
            "data": {
                "added": {
                    "__typename": "Notification",
                    "kind": "FOLLOWED",
                    "readAt": None,
                    "actor": {"handle": other.handle, "followerCount": 0},
                    "note": None,
                }
            }
        },
    }
    assert extensions == {"cost": {"estimated": 4, "limit": 20_000}}


_PROCESS = """
import asyncio, sys
from datetime import UTC, datetime
from app import create_app
async def main():
    app = create_app()
    async with app.router.lifespan_context(app):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


async def test_a_worker_in_another_process_tells_a_subscriber_here(
    settings: Settings, address: Address, database: Database, person: People
) -> None:
    viewer, other = await person(), await person()
    await cypher(database, "MATCH (event:OutboxEvent) DELETE event")
    environment = {
        **os.environ,
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "ZHONGCAO_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROCESS, cwd=ROOT, env=environment, stdin=-1, stdout=-1
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"ready\n"
        async with serving(settings, Passes()) as place, connected(place) as socket:
            await socket.begin(viewer)
            await socket.subscribe(ADDED)
            await subscriptions(1)
            await follow(database, other, viewer, told=False)
            answer = await socket.hear()
            assert answer["payload"]["data"]["added"]["actor"] == {"handle": other, "followerCount": 0}
    finally:
        process.stdin.close()
        await process.wait()
    assert process.returncode == 0
    assert await cypher(database, "MATCH (event:OutboxEvent) RETURN event.id") == []


async def test_each_subscriber_hears_their_own_and_each_once(
    settings: Settings, database: Database, person: People
) -> None:
    one, two, other, third = [await person() for _ in range(4)]
    await follow(database, third, one)
    async with serving(settings, Passes()) as place, connected(place) as socket, connected(place) as second:
        await socket.begin(one)
        await socket.subscribe(ADDED, id="a")
        await socket.subscribe(ADDED, id="b")
        await second.begin(two)
        await second.subscribe(ADDED)
        await subscriptions(3)
        await follow(database, other, one)
        await follow(database, third, two)
        mine = [await socket.hear() for _ in range(2)]
        assert {answer["id"] for answer in mine} == {"a", "b"}
        assert [answer["payload"]["data"]["added"]["actor"]["handle"] for answer in mine] == [other, other]
        assert (await second.hear())["payload"]["data"]["added"]["actor"]["handle"] == third
        await follow(database, two, one)
        assert {(await socket.hear())["payload"]["data"]["added"]["actor"]["handle"] for _ in range(2)} == {two}


async def test_what_may_not_be_seen_is_not_delivered(settings: Settings, database: Database, person: People) -> None:
    viewer, other, gone, last = [await person() for _ in range(4)]
    slow = settings.model_copy(update={"worker_poll_s": 1.0})
    async with serving(slow, Passes()) as place, connected(place) as socket:
        await socket.begin(viewer)
        await socket.subscribe(ADDED)
        await subscriptions(1)
        await follow(database, other, viewer)
        await cypher(
            database,
            "MATCH (a:User {id: $a}) MATCH (b:User {id: $b}) CREATE (a)-[:BLOCKS {at: $now}]->(b)",
            a=viewer,
            b=other,
            now=datetime.now(UTC),
        )
        assert (await socket.hear())["payload"]["data"]["added"]["actor"] is None
        await follow(database, gone, viewer)
        await cypher(database, "MATCH (n:Notification {recipientId: $id}) DETACH DELETE n", id=viewer)
        await follow(database, last, viewer)
        assert (await socket.hear())["payload"]["data"]["added"]["actor"]["handle"] == last


async def test_computed_fields_are_answered_too(settings: Settings, database: Database, person: People) -> None:
    viewer, other = await person(), await person()
    note = new_id("Note")
    await cypher(
        database,
        """
        MATCH (viewer:User {id: $viewer})
        MATCH (other:User {id: $other})
        CREATE (viewer)-[:POSTED {at: $now}]->(note:Note {id: $note, authorId: $viewer, kind: 'text', title: 'T',
          text: 'A first sentence. A second.', language: 'en', state: 'published', audience: 'everyone',
          categoryId: 'category_x', createdAt: $now, publishedAt: $now})
        CREATE (other)-[:LIKES {at: $now, to: $note}]->(note)
        """,
        viewer=viewer,
        other=other,
        note=note,
        now=datetime.now(UTC),
    )

    async def work(tx: Transaction) -> None:
        await notify(tx, act=Act.LIKED, actor_id=other, subject_id=note, now=datetime.now(UTC))

    async with serving(settings, Passes()) as place, connected(place) as socket:
        await socket.begin(viewer)
        await socket.subscribe(WITH_EXCERPT)
        await subscriptions(1)
        await database.unit(work)
        answer = await socket.hear()
    assert answer["payload"]["data"]["notificationAdded"] == {
        "kind": "NOTE_LIKED",
        "note": {"title": "T", "excerpt": "A first sentence.…", "author": {"id": viewer}},
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { notificationAdded { id } more: notificationAdded { id } }", "BAD_REQUEST"),
        ("subscription { notificationAdded { nothing } }", "BAD_REQUEST"),
        ("subscription { notificationAdded { note { comments(first: 101) { totalCount } } } }", "INVALID"),
        (
            "subscription { notificationAdded { note { comments(first: 100) { nodes { replies(first: 100) { "
            "nodes { replies(first: 100) { nodes { id } } } } } } } } }",
            "LIMIT_EXCEEDED",
        ),
    ],
)
async def test_what_a_subscription_may_not_ask(settings: Settings, query: str, code: str) -> None:
    async with serving(settings, Passes()) as place, connected(place) as socket:
        await socket.begin("user_anybody")
        await socket.subscribe(query)
        answer = await socket.hear()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", code)
        await until(lambda: under_way() == set())


async def test_a_post_request_cannot_subscribe(client: httpx.AsyncClient) -> None:
    viewer: Person = await join(client)
    answer = await viewer.post("subscription { notificationAdded { id } }")
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": ["query"]}


async def test_an_event_stream_answers_a_query(settings: Settings) -> None:
    async with serving(settings) as place, streamed(place, "{ __typename }") as (response, lines):
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["cache-control"] == "no-store"
        found = [line async for line in lines]
    assert [found[0], *found[2:]] == ["event: next", "", "event: complete", "data:", ""]
    assert orjson.loads(found[1].removeprefix("data: "))["data"] == {"__typename": "Query"}


async def test_an_event_stream_tells_why_nothing_runs(settings: Settings) -> None:
    async with serving(settings) as place, streamed(place, ADDED) as (response, lines):
        assert response.status_code == 200
        found = [line async for line in lines]
    assert orjson.loads(found[1].removeprefix("data: "))["errors"][0]["extensions"] == {"code": "SIGN_IN_REQUIRED"}
    assert found[3] == "event: complete"


async def test_an_event_stream_subscribes_lives_and_is_left(
    settings: Settings, database: Database, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.event_stream.KEEP_ALIVE_S", 0.2)
    viewer, other = await person(), await person()
    async with serving(settings, Passes()) as place:
        async with asyncio.timeout(20), streamed(place, ADDED, viewer) as (_response, lines):
            assert await anext(lines) == ":"
            await subscriptions(1)
            assert under_way() == {"tail"}
            await follow(database, other, viewer)
            said = [line async for line in _until(lines, "data: ")]
            assert said[-2] == "event: next"
            event = orjson.loads(said[-1].removeprefix("data: "))
            assert event["data"]["added"]["actor"] == {"handle": other, "followerCount": 0}
        await until(lambda: under_way() == set())
        await subscriptions(0)


async def _until(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith(start):
            return


async def test_an_event_stream_ends_with_its_token(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.event_stream.KEEP_ALIVE_S", 0.1)
    passes = Passes()
    async with serving(settings, passes) as place, streamed(place, ADDED, "user_anybody") as (_response, lines):
        assert await anext(lines) == ":"
        passes.good = False
        async with asyncio.timeout(20):
            said = [line async for line in lines if line and line != ":"]
    assert said[0] == "event: next"
    assert orjson.loads(said[1].removeprefix("data: "))["errors"][0]["extensions"] == {"code": "SIGN_IN_REQUIRED"}
    assert said[2] == "event: complete"
    await until(lambda: under_way() == set())


async def test_event_streams_go_to_allowed_origins(settings: Settings) -> None:
    allowed = settings.model_copy(update={"cors_origins": ("https://shop.example",)})
    async with serving(allowed) as place, httpx.AsyncClient(trust_env=False) as client:
        headers = {"accept": "text/event-stream", "origin": "https://shop.example"}
        response = await client.post(f"http://{place}/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.text.startswith("event: next\ndata: ")
    assert response.text.endswith("event: complete\ndata:\n\n")


async def test_event_streams_are_counted_with_the_connections(settings: Settings) -> None:
    few = settings.model_copy(update={"max_connections_per_address": 1})
    async with serving(few, Passes()) as place, connected(place) as socket:
        await socket.begin()
        async with streamed(place, "{ __typename }") as (response, lines):
            assert response.status_code == 429
            body = "".join([line async for line in lines])
        assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_service_that_stops_ends_event_streams(settings: Settings) -> None:
    async with serving(settings, Passes()) as place:
        held = streamed(place, ADDED, "user_anybody")
        _response, lines = await held.__aenter__()
        await subscriptions(1)
    with pytest.raises((StopAsyncIteration, httpx.RemoteProtocolError, httpx.ReadError)):
        await anext(lines)
    await held.__aexit__(None, None, None)
    await until(lambda: under_way() == set())


async def test_a_slow_listener_is_ended_and_keeps_nothing() -> None:
    listener = Listener()
    for number in range(100):
        listener.offer(str(number))
    assert await listener.next() == "0"
    listener.offer("100")
    listener.offer("101")
    with pytest.raises(LimitExceeded):
        await listener.next()
    listener.offer("102")
    with pytest.raises(LimitExceeded):
        await listener.next()


async def test_a_subscriber_who_is_too_slow_is_told(
    settings: Settings, database: Database, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.tailing._MOST_WAITING", 2)
    viewer, *others = [await person() for _ in range(7)]
    slow = settings.model_copy(update={"worker_poll_s": 2.0})
    async with serving(slow, Passes()) as place, connected(place) as socket:
        await socket.begin(viewer)
        await socket.subscribe(ADDED)
        await subscriptions(1)
        for other in others:
            await follow(database, other, viewer)
        while (answer := await socket.hear())["type"] == "next":
            pass
        assert (answer["type"], answer["payload"][0]["extensions"]) == ("error", {"code": "LIMIT_EXCEEDED"})
        await until(lambda: under_way() == set())
        await socket.subscribe("{ __typename }")
        assert (await socket.hear())["type"] == "next"


async def test_what_is_committed_late_is_found(database: Database, person: People) -> None:
    viewer, *others = [await person() for _ in range(4)]
    tail = Tail(database, poll_s=0.05)
    async with tail.listen(viewer) as listener, asyncio.timeout(20):
        now = datetime.now(UTC)
        await follow(database, others[0], viewer, now=now - timedelta(seconds=2))
        first = await listener.next()
        await follow(database, others[1], viewer, now=now - timedelta(seconds=30))
        second = await listener.next()
        await follow(database, others[2], viewer, now=now + timedelta(seconds=5))
        third = await listener.next()
    rows = await cypher(
        database,
        "MATCH (n:Notification)-[:FROM]->(a) WHERE n.id IN $ids RETURN n.id AS id, a.id AS actor",
        ids=[first, second, third],
    )
    assert {row["id"]: row["actor"] for row in rows} == dict(zip([first, second, third], others, strict=True))
    assert tail.listeners == 0
    await asyncio.sleep(0)
    await until(lambda: under_way() == set())


async def test_what_was_there_before_is_not_told(database: Database, person: People) -> None:
    viewer, before, after = [await person() for _ in range(3)]
    await follow(database, before, viewer)
    tail = Tail(database, poll_s=0.05)
    async with tail.listen(viewer) as listener, asyncio.timeout(20):
        await asyncio.sleep(0.2)
        await follow(database, after, viewer)
        found = await listener.next()
    rows = await cypher(database, "MATCH (:Notification {id: $id})-[:FROM]->(a) RETURN a.id AS actor", id=found)
    assert rows == [{"actor": after}]


async def test_waking_spares_the_wait(database: Database, person: People) -> None:
    viewer, other = await person(), await person()
    tail = Tail(database, poll_s=60)
    async with tail.listen(viewer) as listener, asyncio.timeout(20):
        await follow(database, other, viewer)
        tail.wake()
        await listener.next()


async def test_a_lost_database_is_survived(
    database: Database, person: People, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, other = await person(), await person()
    tail = Tail(database, poll_s=0.05)
    away = True

    async def sometimes(*arguments: Any, **named: Any) -> Any:
        if away:
            raise Unavailable("gone")
        return await since(*arguments, **named)

    async with tail.listen(viewer) as listener, asyncio.timeout(20):
        monkeypatch.setattr("schema.tailing.notifications.since", sometimes)
        await follow(database, other, viewer)
        await asyncio.sleep(0.3)
        away = False
        await listener.next()
    assert "notifications cannot be read (Unavailable); next look in 0.1 s" in caplog.text


async def test_closing_ends_those_who_listen(database: Database, person: People) -> None:
    tail = Tail(database, poll_s=0.05)
    async with tail.listen(await person()) as listener:
        await tail.close()
        with pytest.raises(Unavailable):
            await listener.next()
    await until(lambda: under_way() == set())
