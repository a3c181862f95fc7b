"""The WebSocket protocol: what each side may say and when, who may connect, and what everything is limited to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import websockets

from settings import Settings
from tests.schema.serving import Passes, connected, serving, subscriptions, under_way, until

pytestmark = pytest.mark.anyio
TYPENAME = "{ __typename }"
ADDED = "subscription S { notificationAdded { id } }"


@pytest.fixture
async def place(settings: Settings) -> AsyncIterator[str]:
    async with serving(settings) as found:
        yield found


async def test_a_query_is_answered_once(place: str) -> None:
    async with connected(place) as socket:
        await socket.begin()
        await socket.subscribe("query Q($slug: String!) { category(slug: $slug) { name } }", slug="nothing")
        answer = await socket.hear()
        assert (answer["type"], answer["id"]) == ("next", "1")
        assert answer["payload"]["data"] == {"category": None}
        assert answer["payload"]["extensions"]["cost"]["limit"] == 20_000
        assert await socket.hear() == {"type": "complete", "id": "1"}
        await socket.subscribe(TYPENAME)
        assert (await socket.hear())["payload"]["data"] == {"__typename": "Query"}


async def test_a_mutation_is_carried_out(place: str) -> None:
    async with connected(place) as socket:
        await socket.begin()
        await socket.subscribe("mutation { markNotificationsRead(input: {ids: []}) { errors { code } } }")
        answer = await socket.hear()
        assert answer["payload"]["data"] == {"markNotificationsRead": {"errors": [{"code": "SIGN_IN_REQUIRED"}]}}


async def test_ping_is_answered_and_pong_taken(place: str) -> None:
    async with connected(place) as socket:
        await socket.say(type="ping", payload={"any": "thing"})
        assert await socket.hear() == {"type": "pong"}
        await socket.say(type="pong")
        await socket.begin()


async def test_what_is_wrong_with_an_operation_ends_it_alone(place: str) -> None:
    async with connected(place) as socket:
        await socket.begin()
        await socket.subscribe("{ nothing }")
        answer = await socket.hear()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert [one["extensions"]["code"] for one in answer["payload"]] == ["BAD_REQUEST"]
        await socket.subscribe("{ notes(first: 1) { nodes { author " * 4 + "{ id }" + " } } }" * 4)
        answer = await socket.hear()
        assert [one["extensions"]["code"] for one in answer["payload"]] == ["LIMIT_EXCEEDED"]
        await socket.subscribe(TYPENAME)
        assert (await socket.hear())["type"] == "next"


async def test_nobody_subscribes_to_what_is_the_viewer_s(place: str) -> None:
    async with connected(place) as socket:
        await socket.begin()
        await socket.subscribe(ADDED)
        answer = await socket.hear()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "SIGN_IN_REQUIRED")


@pytest.mark.parametrize("token", ["", "not-a-token", "e30.e30.e30"])
async def test_a_bad_token_is_forbidden(place: str, token: str) -> None:
    async with connected(place) as socket:
        await socket.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await socket.closed() == (4403, "Forbidden")


@pytest.mark.parametrize(
    ("messages", "closed"),
    [
        (['{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'], (4401, "Unauthorized")),
        (
            ['{"type":"connection_init"}', '{"type":"connection_init"}'],
            (4429, "Too many initialisation requests"),
        ),
        (['{"type":"connection_init","payload":3}'], (4400, "Invalid message: payload must be an object")),
        (["{"], (4400, "Invalid message: send a JSON object")),
        (["[]"], (4400, "Invalid message: send a JSON object")),
        ([b"{}"], (4400, "Invalid message: send text")),
        (['{"type":"start"}'], (4400, "Invalid message: unknown type")),
        (["{}"], (4400, "Invalid message: unknown type")),
        (
            ['{"type":"connection_init"}', '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}'],
            (4400, "Invalid message: id must be text of 1 to 100 characters"),
        ),
        (
            ['{"type":"connection_init"}', '{"type":"subscribe","id":"1","payload":{}}'],
            (4400, "Invalid message: query must be a string"),
        ),
        (['"' + "a" * 100_000 + '"'], (1009, "a message may have 100000 bytes")),
    ],
)
async def test_what_breaks_the_protocol_closes_the_connection(
    place: str, messages: list[str | bytes], closed: tuple[int, str]
) -> None:
    async with connected(place) as socket:
        for message in messages:
            await socket.connection.send(message)
        if len(messages) == 2:
            await socket.hear()
        assert await socket.closed() == closed


async def test_another_subprotocol_is_not_acceptable(place: str) -> None:
    async with connected(place, protocol=None) as socket:
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_initialising_takes_only_so_long(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.sockets.INIT_TIMEOUT_S", 0.1)
    async with connected(place) as socket:
        assert await socket.closed() == (4408, "Connection initialisation timeout")
    async with connected(place) as socket:
        await socket.begin()
        await asyncio.sleep(0.3)
        await socket.subscribe(TYPENAME)
        assert (await socket.hear())["type"] == "next"


async def test_an_origin_of_elsewhere_may_not_connect(settings: Settings) -> None:
    allowed = settings.model_copy(update={"cors_origins": ("https://shop.example",)})
    async with serving(allowed) as place:
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connected(place, origin="https://evil.example"):
                raise AssertionError("connected")
        assert refused.value.response.status_code == 403
        for origin in ("https://shop.example", f"http://{place}"):
            async with connected(place, origin=origin) as socket:
                await socket.begin()


async def test_an_address_holds_so_many_connections(settings: Settings) -> None:
    few = settings.model_copy(update={"max_connections_per_address": 2})
    async with serving(few) as place:
        async with connected(place) as one, connected(place) as two:
            await one.begin()
            await two.begin()
            async with connected(place) as third:
                assert await third.closed() == (1013, "this address holds too many connections")
        async with connected(place) as again:
            await again.begin()


async def test_a_connection_has_so_many_operations_under_way(settings: Settings) -> None:
    few = settings.model_copy(update={"max_subscriptions_per_connection": 2})
    async with serving(few, Passes()) as place, connected(place) as socket:
        await socket.begin("user_anybody")
        for number in ("1", "2", "3"):
            await socket.subscribe(ADDED, id=number)
        answer = await socket.hear()
        assert (answer["type"], answer["id"]) == ("error", "3")
        assert answer["payload"][0] == {
            "message": "a connection may have 2 operations under way",
            "extensions": {"code": "LIMIT_EXCEEDED"},
        }
        await socket.say(type="complete", id="1")
        await socket.subscribe(TYPENAME, id="3")
        assert (await socket.hear())["type"] == "next"


async def test_an_id_names_one_operation_at_a_time(settings: Settings) -> None:
    async with serving(settings, Passes()) as place, connected(place) as socket:
        await socket.begin("user_anybody")
        await socket.subscribe(ADDED)
        await socket.subscribe(TYPENAME)
        assert await socket.closed() == (4409, "Subscriber for 1 already exists")


async def test_operations_are_rationed_as_requests_are(settings: Settings) -> None:
    few = settings.model_copy(update={"rate_viewer_per_minute": 2})
    async with serving(few, Passes()) as place, connected(place) as socket:
        await socket.begin("user_asks_often")
        await socket.subscribe(TYPENAME)
        assert [(await socket.hear())["type"] for _ in range(2)] == ["next", "complete"]
        await socket.subscribe(TYPENAME)
        answer = await socket.hear()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "LIMIT_EXCEEDED")
        async with connected(place) as another:
            await another.say(type="connection_init", payload={"authorization": "Bearer user_asks_often"})
            code, reason = await another.closed()
            assert (code, reason and reason.startswith("too many requests; try again in")) == (1013, True)


async def test_an_expired_token_ends_the_connection(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.sockets.BELIEVED_S", 0.1)
    passes = Passes()
    async with serving(settings, passes) as place, connected(place) as socket, connected(place) as nobody:
        await socket.begin("user_anybody")
        await nobody.begin()
        await socket.subscribe(ADDED)
        await subscriptions(1)
        passes.good = False
        assert await socket.closed() == (4403, "Forbidden: the access token has expired")
        await nobody.subscribe(TYPENAME)
        assert (await nobody.hear())["type"] == "next"


async def test_an_expired_token_begins_nothing(settings: Settings) -> None:
    passes = Passes()
    async with serving(settings, passes) as place, connected(place) as socket:
        await socket.begin("user_anybody")
        passes.good = False
        await socket.subscribe(TYPENAME)
        assert await socket.closed() == (4403, "Forbidden: the access token has expired")


async def test_whoever_leaves_leaves_nothing_behind(settings: Settings) -> None:
    async with serving(settings, Passes()) as place:
        async with connected(place) as socket:
            await socket.begin("user_anybody")
            await socket.subscribe(ADDED, id="a")
            await socket.subscribe(ADDED, id="b")
            await subscriptions(2)
            assert under_way() == {"tail", "operation"}
            await socket.say(type="complete", id="a")
            await subscriptions(1)
            await socket.say(type="complete", id="b")
            await subscriptions(0)
            await until(lambda: under_way() == set())
            await socket.subscribe(ADDED, id="a")
            await subscriptions(1)
            socket.connection.transport.abort()
        await subscriptions(0)
        await until(lambda: under_way() == set())


async def test_a_service_that_stops_says_so(settings: Settings) -> None:
    async with serving(settings, Passes()) as place:
        held = connected(place)
        socket = await held.__aenter__()
        await socket.begin("user_anybody")
        await socket.subscribe(ADDED)
        await subscriptions(1)
    code, _reason = await socket.closed()
    assert code in (1001, 1012)
    await held.__aexit__(None, None, None)
    await until(lambda: under_way() == set())
