"""Accounts through the API: signing up, in and out, refreshing, passwords, roles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from app import create_app
from graph.database import Database
from graph.rules.access import Role, Viewer
from graph.rules.tokens import Refresh, Reset, Tokens
from graph.secret import derive
from resolvers.services import make_tokens
from settings import Settings
from tests.schema.community import PASSWORD, act, code_of, join
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_TOKENS = "tokens { accessToken refreshToken } viewer { user { id } }"


@pytest.fixture
async def strict(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without any grace for refresh tokens that come again."""
    app = create_app(settings.model_copy(update={"refresh_grace_s": 0}))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as one,
    ):
        yield one


def signed(settings: Settings, viewer: Viewer, *, now: datetime) -> dict[str, str]:
    return {"authorization": f"Bearer {make_tokens(settings).access(viewer, now=now)}"}


async def refused(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[int, str, str]:
    response = await client.post("/graphql", json={"query": "{ viewer { user { id } } }"}, headers=headers)
    (error,) = response.json()["errors"]
    assert response.headers["www-authenticate"].startswith("Bearer")
    return response.status_code, error["extensions"]["code"], error["message"]


async def refresh(client: httpx.AsyncClient, token: str) -> Any:
    return await act(client, "refreshSession", {"refreshToken": token}, _TOKENS)


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> Any:
    return await act(client, "signIn", {"email": email, "password": password}, _TOKENS)


async def test_sign_up_and_what_the_viewer_sees(client: httpx.AsyncClient) -> None:
    person = await join(client, "Mei Lin")
    answer = await person.ask("{ viewer { email roles user { id handle displayName followerCount } } }")
    assert answer["viewer"] == {
        "email": person.email,
        "roles": ["MEMBER"],
        "user": {"id": person.id, "handle": person.handle, "displayName": "Mei Lin", "followerCount": 0},
    }
    nobody = await client.post("/graphql", json={"query": "{ viewer { email } }"})
    assert nobody.json()["data"] == {"viewer": None}


async def test_nothing_private_is_readable_in_the_graph(client: httpx.AsyncClient, database: Database) -> None:
    person = await join(client)
    (account,) = await cypher(database, "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) RETURN a {.*} AS a", id=person.id)
    text = str(account)
    assert person.email not in text
    assert "example.com" not in text
    assert "argon2" not in text
    assert account["a"]["roles"] == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"email": "no address"}, "INVALID", "email"),
        ({"email": "a@b"}, "INVALID", "email"),
        ({"email": "a@example.com\nbcc: b@example.com"}, "INVALID", "email"),
        ({"email": "x" * 201 + "@example.com"}, "INVALID", "email"),
        ({"password": "short"}, "INVALID", "password"),
        ({"password": "a" * 12}, "INVALID", "password"),
        ({"password": "x" * 201}, "INVALID", "password"),
        ({"password": "correct\x00horse battery"}, "INVALID", "password"),
        ({"handle": "ab"}, "INVALID", "handle"),
        ({"handle": "1abc"}, "INVALID", "handle"),
        ({"handle": "种草种草"}, "INVALID", "handle"),
        ({"handle": "admin"}, "INVALID", "handle"),
        ({"handle": "a" * 31}, "INVALID", "handle"),
        ({"displayName": "  "}, "INVALID", "displayName"),
        ({"displayName": "a\u202eb"}, "INVALID", "displayName"),
        ({"displayName": "长" * 61}, "INVALID", "displayName"),
        ({"displayName": "a\nb"}, "INVALID", "displayName"),
    ],
)
async def test_sign_up_refuses(
    client: httpx.AsyncClient, database: Database, change: dict[str, str], code: str, field: str
) -> None:
    before = await cypher(database, "MATCH (n:Account) RETURN count(n) AS n")
    given = {"email": "fine@example.com", "password": PASSWORD, "handle": "fine_one", "displayName": "好"} | change
    assert code_of(await act(client, "signUp", given)) == (code, ["input", field])
    assert await cypher(database, "MATCH (n:Account) RETURN count(n) AS n") == before


async def test_every_bad_value_is_told_at_once(client: httpx.AsyncClient) -> None:
    given = {"email": "x" * 300, "password": "", "handle": "", "displayName": ""}
    payload = await act(client, "signUp", given)
    assert [error["field"][1] for error in payload["errors"]] == ["email", "password", "handle", "displayName"]


async def test_handles_and_addresses_are_taken_once(client: httpx.AsyncClient, database: Database) -> None:
    person = await join(client)
    given = {"email": person.email.upper(), "password": PASSWORD, "handle": "other_one", "displayName": "某"}
    assert code_of(await act(client, "signUp", given)) == ("CONFLICT", ["input", "email"])
    given = {"email": f"new.{person.email}", "password": PASSWORD, "handle": person.handle.upper(), "displayName": "某"}
    assert code_of(await act(client, "signUp", given)) == ("CONFLICT", ["input", "handle"])
    assert await cypher(database, "MATCH (n:User {handle: 'other_one'}) RETURN n.id AS id") == []


async def test_many_sign_up_with_one_address_at_once(client: httpx.AsyncClient, database: Database) -> None:
    async def one(number: int) -> Any:
        given = {"email": "rush@example.com", "password": PASSWORD, "handle": f"rush_{number}", "displayName": "急"}
        return await act(client, "signUp", given)

    payloads = await asyncio.gather(*(one(number) for number in range(6)))
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1, 1, 1]
    rows = await cypher(database, "MATCH (n:User) WHERE n.handle STARTS WITH 'rush_' RETURN count(n) AS n")
    assert rows == [{"n": 1}]


async def test_sign_in_tells_nobody_what_was_wrong(client: httpx.AsyncClient) -> None:
    person = await join(client)
    right = await sign_in(client, person.email)
    assert right["viewer"]["user"]["id"] == person.id
    wrong = await sign_in(client, person.email, "wrong horse battery")
    unknown = await sign_in(client, "nobody.here@example.com")
    assert wrong == unknown
    assert code_of(wrong) == ("SIGN_IN_REQUIRED", [])


async def test_wrong_passwords_lock_the_account_for_a_while(client: httpx.AsyncClient, database: Database) -> None:
    person = await join(client)
    for _ in range(5):
        await sign_in(client, person.email, "wrong horse battery")
    locked = await sign_in(client, person.email)
    assert code_of(locked) == ("LIMIT_EXCEEDED", ["input", "password"])
    await cypher(
        database,
        "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) SET a.lockedUntil = $then RETURN a.id",
        id=person.id,
        then=datetime.now(UTC) - timedelta(seconds=1),
    )
    assert (await sign_in(client, person.email))["errors"] == []
    rows = await cypher(
        database, "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) RETURN a.failedSignIns AS failed", id=person.id
    )
    assert rows == [{"failed": 0}]


async def test_many_wrong_passwords_at_once_are_counted_one_by_one(client: httpx.AsyncClient) -> None:
    person = await join(client)
    found = await asyncio.gather(*(sign_in(client, person.email, "wrong horse battery") for _ in range(12)))
    codes = sorted(code_of(payload)[0] for payload in found)
    assert codes == ["LIMIT_EXCEEDED"] * 7 + ["SIGN_IN_REQUIRED"] * 5
    assert code_of(await sign_in(client, person.email)) == ("LIMIT_EXCEEDED", ["input", "password"])
    # The lock is a stranger's doing, so it does not bind who is signed in.
    await person.done("changePassword", {"currentPassword": PASSWORD, "newPassword": "another 密码 1234"})
    assert (await sign_in(client, person.email, "another 密码 1234"))["errors"] == []


async def test_an_address_nobody_has_is_throttled_alike(client: httpx.AsyncClient) -> None:
    # Of eleven, six are within one window of the counter, wherever its windows begin.
    found = [code_of(await sign_in(client, "nobody.at.all@example.com")) for _ in range(11)]
    assert found[:5] == [("SIGN_IN_REQUIRED", [])] * 5
    assert ("LIMIT_EXCEEDED", ["input", "password"]) in found


async def test_a_refresh_token_is_good_once(strict: httpx.AsyncClient, database: Database) -> None:
    person = await join(strict)
    first = person.tokens["refreshToken"]
    second = (await refresh(strict, first))["tokens"]["refreshToken"]
    third = (await refresh(strict, second))["tokens"]["refreshToken"]
    assert len({first, second, third}) == 3
    # Somebody comes with a token that was used: whoever has the newest is signed out too.
    assert code_of(await refresh(strict, first))[0] == "SIGN_IN_REQUIRED"
    assert code_of(await refresh(strict, third))[0] == "SIGN_IN_REQUIRED"
    rows = await cypher(
        database,
        "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->()-[:HAS_SESSION]->(s) RETURN s.revokedFor AS why, "
        "EXISTS { (e:AuditEvent {kind: 'refresh_token_reused', subjectId: s.id}) } AS recorded",
        id=person.id,
    )
    assert rows == [{"why": "reuse", "recorded": True}]


async def test_a_lost_answer_can_be_asked_again(client: httpx.AsyncClient) -> None:
    person = await join(client)
    first = person.tokens["refreshToken"]
    lost = (await refresh(client, first))["tokens"]["refreshToken"]
    again = await refresh(client, first)
    assert again["errors"] == []
    assert again["viewer"]["user"]["id"] == person.id
    claims = [jwt.decode(one, options={"verify_signature": False}) for one in (lost, again["tokens"]["refreshToken"])]
    assert claims[0]["gen"] == claims[1]["gen"] == 1


async def test_one_refresh_token_from_many_at_once(client: httpx.AsyncClient) -> None:
    person = await join(client)
    payloads = await asyncio.gather(*(refresh(client, person.tokens["refreshToken"]) for _ in range(8)))
    assert [payload["errors"] for payload in payloads] == [[]] * 8
    generations = {
        jwt.decode(payload["tokens"]["refreshToken"], options={"verify_signature": False})["gen"]
        for payload in payloads
    }
    assert generations == {1}


async def test_signing_out_ends_the_session(client: httpx.AsyncClient) -> None:
    person = await join(client)
    other = await sign_in(client, person.email)
    await person.done("signOut", {})
    assert code_of(await refresh(client, person.tokens["refreshToken"]))[0] == "SIGN_IN_REQUIRED"
    kept = await refresh(client, other["tokens"]["refreshToken"])
    assert kept["errors"] == []
    await person.done("signOut", {"everywhere": True})
    assert code_of(await refresh(client, kept["tokens"]["refreshToken"]))[0] == "SIGN_IN_REQUIRED"


async def test_changing_the_password_ends_the_other_sessions(client: httpx.AsyncClient) -> None:
    person = await join(client)
    other = await sign_in(client, person.email)
    wrong = await person.act(
        "changePassword", {"currentPassword": "wrong one here", "newPassword": "another 密码 1234"}
    )
    assert code_of(wrong) == ("INVALID", ["input", "currentPassword"])
    short = await person.act("changePassword", {"currentPassword": PASSWORD, "newPassword": "short"})
    assert code_of(short) == ("INVALID", ["input", "newPassword"])
    await person.done("changePassword", {"currentPassword": PASSWORD, "newPassword": "another 密码 1234"})
    assert code_of(await refresh(client, other["tokens"]["refreshToken"]))[0] == "SIGN_IN_REQUIRED"
    assert (await refresh(client, person.tokens["refreshToken"]))["errors"] == []
    assert code_of(await sign_in(client, person.email))[0] == "SIGN_IN_REQUIRED"
    assert (await sign_in(client, person.email, "another 密码 1234"))["errors"] == []


async def test_a_reset_link_is_good_once(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    person = await join(client)
    for email in (person.email, "nobody.here@example.com"):
        assert (await act(client, "requestPasswordReset", {"email": email}))["errors"] == []
    (account,) = await cypher(database, "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) RETURN a.id AS id", id=person.id)
    token = make_tokens(settings).reset(Reset(account["id"], 1), now=datetime.now(UTC))
    given = {"resetToken": token, "newPassword": "another 密码 1234"}
    assert (await act(client, "resetPassword", given))["errors"] == []
    assert code_of(await refresh(client, person.tokens["refreshToken"]))[0] == "SIGN_IN_REQUIRED"
    assert (await sign_in(client, person.email, "another 密码 1234"))["errors"] == []
    again = await act(client, "resetPassword", {**given, "newPassword": "a third 密码 1234"})
    assert code_of(again) == ("INVALID", [])
    forged = await act(client, "resetPassword", {**given, "resetToken": token[:-4] + "AAAA"})
    assert code_of(forged) == ("INVALID", [])


async def test_roles_are_for_admins_to_set(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    person, admin = await join(client), await join(client)
    given = {"userId": person.id, "roles": ["ANALYST", "CREATOR", "MEMBER"]}
    assert code_of(await person.act("setRoles", given)) == ("FORBIDDEN", [])
    assert code_of(await act(client, "setRoles", given)) == ("SIGN_IN_REQUIRED", [])
    headers = signed(settings, Viewer(admin.id, frozenset(Role), "session_x"), now=datetime.now(UTC))
    # The token alone does not do: who is an administrator now is in the graph.
    assert code_of(await act(client, "setRoles", given, "", headers)) == ("FORBIDDEN", [])
    await cypher(database, "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) SET a.roles = ['admin'] RETURN 1", id=admin.id)
    payload = await act(client, "setRoles", given, "user { handle }", headers)
    assert payload == {"user": {"handle": person.handle}, "errors": []}
    again = await sign_in(client, person.email)
    person.tokens = again["tokens"]
    assert (await person.ask("{ viewer { roles } }"))["viewer"]["roles"] == ["MEMBER", "CREATOR", "ANALYST"]
    rows = await cypher(
        database, "MATCH (e:AuditEvent {kind: 'roles_set', subjectId: $id}) RETURN e.actorId AS actor", id=person.id
    )
    assert rows == [{"actor": admin.id}]
    absent = await act(client, "setRoles", {**given, "userId": "user_none"}, "", headers)
    assert code_of(absent) == ("NOT_FOUND", ["input", "userId"])
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=admin.id)
    assert code_of(await act(client, "setRoles", given, "", headers)) == ("FORBIDDEN", [])


async def test_tokens_that_are_not_good(client: httpx.AsyncClient, settings: Settings) -> None:
    person = await join(client)
    viewer = Viewer(person.id, frozenset({Role.MEMBER}), "session_x")
    late = signed(settings, viewer, now=datetime.now(UTC) - timedelta(hours=1))
    assert await refused(client, late) == (
        401, "SIGN_IN_REQUIRED", "the access token has expired; refresh the session",
    )  # fmt: skip
    no_token = (401, "SIGN_IN_REQUIRED", "this is no access token of this service")
    other = Tokens(b"another secret" * 3, access=timedelta(1), refresh=timedelta(1), reset=timedelta(1))
    claims = jwt.decode(person.tokens["accessToken"], options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none")
    for token in (
        other.access(viewer, now=datetime.now(UTC)),
        person.tokens["refreshToken"],
        unsigned,
        person.tokens["accessToken"][:-2],
        "x",
        "",
    ):
        assert await refused(client, {"authorization": f"Bearer {token}"}) == no_token
    assert (await refused(client, {"authorization": "Basic YTpi"}))[:2] == (401, "SIGN_IN_REQUIRED")


async def test_a_refresh_token_of_another_purpose_or_secret(client: httpx.AsyncClient, settings: Settings) -> None:
    person = await join(client)
    other = Tokens(b"another secret" * 3, access=timedelta(1), refresh=timedelta(1), reset=timedelta(1))
    for token in (
        person.tokens["accessToken"],
        other.refresh(Refresh("session_x", 0), now=datetime.now(UTC)),
        make_tokens(settings).refresh(Refresh("session_none", 0), now=datetime.now(UTC)),
    ):
        assert code_of(await refresh(client, token))[0] == "SIGN_IN_REQUIRED"


async def test_the_suspended_neither_sign_in_nor_act(client: httpx.AsyncClient, database: Database) -> None:
    person, other = await join(client), await join(client)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN u.id", id=person.id)
    assert code_of(await sign_in(client, person.email))[0] == "SIGN_IN_REQUIRED"
    assert code_of(await refresh(client, person.tokens["refreshToken"]))[0] == "SIGN_IN_REQUIRED"
    assert code_of(await person.act("followUser", {"userId": other.id}))[0] == "FORBIDDEN"
    rows = await cypher(database, "MATCH (:User {id: $id})-[f:FOLLOWS]->() RETURN count(f) AS n", id=person.id)
    assert rows == [{"n": 0}]


def test_keys_differ_by_purpose() -> None:
    assert len({derive(b"s" * 32, purpose) for purpose in ("seal", "fingerprint", "token/access")}) == 3
