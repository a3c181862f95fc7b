"""Rate limits over HTTP: who is refused, with which status and fields, and that nothing of it ran."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app import create_app
from graph.database import Database
from graph.errors import SignInRequired
from graph.rules.access import Viewer
from settings import Settings

MODERN = "application/graphql-response+json"
QUERY = "{ __typename }"
SIGN_IN = 'mutation { signIn(input: {email: "nobody@example.org", password: "not the password"}) { errors { code } } }'


def authenticate(headers: Mapping[bytes, bytes]) -> Viewer | None:
    """Whom the tests name."""
    given = headers.get(b"authorization", b"").decode()
    if given == "bad":
        raise SignInRequired("not good")
    return Viewer(given, frozenset(), "session") if given else None


@asynccontextmanager
async def service(settings: Settings, address: str = "203.0.113.7", **limits: int) -> AsyncIterator[httpx.AsyncClient]:
    """A service with these limits, as seen from an address."""
    app = create_app(settings.model_copy(update={"worker": False, **limits}), authenticate=authenticate)
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        yield client


async def ask(client: httpx.AsyncClient, query: str = QUERY, viewer: str = "", **headers: str) -> httpx.Response:
    if viewer:
        headers["authorization"] = viewer
    return await client.post("/graphql", json={"query": query}, headers=headers)


def left(answer: httpx.Response) -> dict[str, int]:
    """What the answer says is left, by policy."""
    return {name: int(rest) for name, rest in re.findall(r'"([\w-]+)";r=(\d+);t=\d+', answer.headers["ratelimit"])}


async def test_every_answer_tells_what_is_left(settings: Settings) -> None:
    async with service(settings, rate_address_per_minute=5) as client:
        first = await ask(client)
        assert first.headers["ratelimit-policy"] == '"address";q=5;w=60'
        assert re.fullmatch(r'"address";r=4;t=\d+', first.headers["ratelimit"])
        assert "retry-after" not in first.headers
        assert left(await ask(client, "{ nothing }")) == {"address": 3}
        assert left(await client.post("/graphql", content=b"nonsense")) == {"address": 2}


@pytest.mark.parametrize("accept", ["application/json", MODERN])
async def test_too_many_requests_of_an_address(settings: Settings, accept: str) -> None:
    async with service(settings, rate_address_per_minute=2) as client:
        for _ in range(2):
            assert (await ask(client, accept=accept)).status_code == 200
        refused = await ask(client, accept=accept)
        assert refused.status_code == 429
        assert refused.headers["content-type"] == accept
        wait_s = int(refused.headers["retry-after"])
        assert 1 <= wait_s <= 60
        assert refused.headers["ratelimit"] == f'"address";r=0;t={wait_s}'
        assert refused.json() == {
            "errors": [
                {
                    "message": f"too many requests from this address: 2 in 60 s are allowed; ask again in {wait_s} s",
                    "extensions": {"code": "LIMIT_EXCEEDED"},
                }
            ]
        }
        assert (await ask(client, viewer="user_1")).status_code == 200, "whom we know has a count of their own"


async def test_a_person_s_count_follows_them(settings: Settings) -> None:
    async with service(settings, rate_viewer_per_minute=1) as client:
        assert left(await ask(client, viewer="user_1")) == {"viewer": 0}
        assert (await ask(client, viewer="user_1")).status_code == 429
        assert left(await ask(client, viewer="user_2")) == {"viewer": 0}
        assert (await ask(client)).status_code == 200


async def test_bad_tokens_do_not_evade_the_count(settings: Settings) -> None:
    async with service(settings, rate_address_per_minute=1) as client:
        assert (await ask(client, viewer="bad")).status_code == 401
        assert (await ask(client, viewer="bad")).status_code == 429


async def test_too_many_writes_do_not_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    read = Database.read

    async def counted(self: Database, *arguments: Any, **named: Any) -> Any:
        asked.append(arguments)
        return await read(self, *arguments, **named)

    async with service(settings, rate_writes_per_minute=1) as client:
        first = await ask(client, SIGN_IN)
        assert first.json()["data"]["signIn"]["errors"][0]["code"] == "SIGN_IN_REQUIRED"
        assert left(first) == {"address": 999_999, "writes": 0, "sign-ins": 999_999}
        monkeypatch.setattr(Database, "read", counted)
        for accept in ("application/json", MODERN):
            refused = await ask(client, SIGN_IN, accept=accept)
            assert refused.status_code == 429
            assert refused.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
            assert "data" not in refused.json()
            assert int(refused.headers["retry-after"]) > 0
        assert not asked
        monkeypatch.undo()
        assert (await ask(client)).status_code == 200, "reading goes on"


async def test_two_acts_in_one_operation_are_two_writes(settings: Settings) -> None:
    two = SIGN_IN.replace("signIn(", "a: signIn(").removesuffix("}") + SIGN_IN.removeprefix("mutation {")
    two = two.replace("} signIn(", "} b: signIn(")
    async with service(settings, rate_writes_per_minute=1) as client:
        assert (await ask(client, two)).status_code == 429


async def test_too_many_attempts_to_sign_in(settings: Settings) -> None:
    async with service(settings, rate_sign_ins_per_10_minutes=1) as client:
        codes = [(await ask(client, SIGN_IN)).json()["data"]["signIn"]["errors"][0]["code"] for _ in range(2)]
        assert codes == ["SIGN_IN_REQUIRED", "LIMIT_EXCEEDED"]
    async with service(settings, address="2001:db8::1", rate_sign_ins_per_10_minutes=1) as client:
        answer = await ask(client, SIGN_IN)
        assert left(answer)["sign-ins"] == 0


async def test_probes_are_not_counted(settings: Settings) -> None:
    async with service(settings, rate_address_per_minute=1) as client:
        for _ in range(3):
            answer = await client.get("/healthz")
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers
