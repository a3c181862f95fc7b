"""`POST /cypher`: who may ask, what comes in which form, what is refused and how, and what is kept of it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app import create_app
from graph.database import Database
from graph.rules.access import Role, Viewer
from resolvers.services import make_tokens
from settings import Settings
from tests.console.scientists import data_scientist, set_roles
from tests.schema.serving import serving
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_JSON = {"content-type": "application/json"}
_ENDLESS = "MATCH (a:User), (b:User), (c:User), (d:User) WHERE a.id + b.id + c.id + d.id = 'x' RETURN count(*)"


def bearing(settings: Settings, user_id: str, *roles: Role) -> dict[str, str]:
    """The headers of somebody who holds these roles."""
    viewer = Viewer(user_id, frozenset({Role.MEMBER, *roles}), "session_test")
    return {"authorization": f"Bearer {make_tokens(settings).access(viewer, now=datetime.now(UTC))}"}


@pytest.fixture
def scientist(settings: Settings) -> dict[str, str]:
    return bearing(settings, "user_scientist", Role.DATA_SCIENTIST)


async def ask(client: httpx.AsyncClient, headers: dict[str, str], query: object, **more: object) -> httpx.Response:
    return await client.post("/cypher", json={"query": query, **more}, headers=headers)


def refusal(response: httpx.Response) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"]


async def kept(database: Database, query: str) -> list[dict[str, Any]]:
    """What was kept of the questions with that text, and of what came of them."""
    rows = await cypher(
        database,
        "MATCH (asked:AuditEvent {kind: 'console_asked'}) WHERE asked.detail CONTAINS $text "
        "OPTIONAL MATCH (done:AuditEvent {kind: 'console_answered', subjectId: asked.subjectId}) "
        "RETURN asked.actorId AS who, asked.detail AS begun, done.detail AS ended ORDER BY asked.at",
        text=json.dumps(query)[1:-1],
    )
    return [{"who": row["who"], **json.loads(row["begun"]), **json.loads(row["ended"] or "{}")} for row in rows]


async def test_only_data_scientists_ask(client: httpx.AsyncClient, settings: Settings) -> None:
    question = "RETURN 1 AS one"
    assert refusal(await ask(client, {}, question)) == (401, "SIGN_IN_REQUIRED")
    for role in set(Role) - {Role.DATA_SCIENTIST}:
        assert refusal(await ask(client, bearing(settings, "user_x", role), question)) == (403, "FORBIDDEN")
    assert refusal(await ask(client, {"authorization": "Bearer nonsense"}, question)) == (401, "SIGN_IN_REQUIRED")
    allowed = await ask(client, bearing(settings, "user_x", Role.DATA_SCIENTIST), question)
    assert (allowed.status_code, allowed.json()["rows"]) == (200, [[1]])
    assert allowed.headers["zhongcao-source"] == "live"
    assert '"questions";q=' in allowed.headers["ratelimit-policy"]


async def test_answers_in_every_form(client: httpx.AsyncClient, scientist: dict[str, str]) -> None:
    query, parameters = "UNWIND range(1, $n) AS i RETURN i, toString(i) AS text", {"n": 300}
    wanted = [[i, str(i)] for i in range(1, 301)]

    async def accepting(accept: str) -> httpx.Response:
        return await ask(client, {**scientist, "accept": accept}, query, parameters=parameters)

    as_json = await accepting("application/json")
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json()["columns"] == ["i", "text"]
    assert as_json.json()["rows"] == wanted
    as_csv = await accepting("text/csv;q=0.9, application/json;q=0.1")
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert as_csv.text.splitlines() == ["i,text", *(f"{a},{b}" for a, b in wanted)]
    as_arrow = await accepting("application/vnd.apache.arrow.stream")
    assert pa.ipc.open_stream(as_arrow.content).read_all().to_pydict() == {
        "i": [a for a, _ in wanted],
        "text": [b for _, b in wanted],
    }
    as_parquet = await accepting("application/vnd.apache.parquet")
    assert pq.read_table(io.BytesIO(as_parquet.content)).num_rows == 300
    assert (await accepting("")).json()["rows"] == wanted
    assert (await accepting("*/*")).json()["rows"] == wanted
    assert refusal(await accepting("image/png")) == (406, "INVALID")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"no", 400, ["body"]),
        (b"[]", 400, ["body"]),
        (b"{}", 400, ["query"]),
        (b'{"query": 1}', 400, ["query"]),
        (b'{"query": "RETURN 1", "parameters": []}', 400, ["parameters"]),
        (b'{"query": "RETURN 1", "language": "4"}', 400, ["language"]),
        (b'{"query": "RETURN 1", "mode": "run"}', 400, ["mode"]),
        (b'{"query": "RETURN 1", "timeoutS": 0}', 400, ["timeoutS"]),
        (b'{"query": "RETURN 1", "timeoutS": true}', 400, ["timeoutS"]),
        (b'{"query": "RETURN 1", "maxRows": 1.5}', 400, ["maxRows"]),
        (b'{"query": "RETURN 1", "database": "system"}', 400, ["body"]),
        (b'{"query": "' + b" " * 100_001 + b'"}', 413, ["body"]),
    ],
)
async def test_malformed_requests(
    client: httpx.AsyncClient, scientist: dict[str, str], body: bytes, status: int, field: list[str]
) -> None:
    response = await client.post("/cypher", content=body, headers={**scientist, **_JSON})
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["field"] == field


async def test_other_methods_and_types(client: httpx.AsyncClient, scientist: dict[str, str]) -> None:
    assert (await client.get("/cypher", headers=scientist)).status_code == 405
    plain = await client.post("/cypher", content=b"RETURN 1", headers={**scientist, "content-type": "text/plain"})
    assert plain.status_code == 415


async def test_refusals_say_why_and_are_kept(
    client: httpx.AsyncClient, scientist: dict[str, str], database: Database
) -> None:
    query = "MATCH (secret_one:Account) RETURN secret_one"
    response = await ask(client, scientist, query)
    (error,) = response.json()["errors"]
    assert response.status_code == 422
    assert error["extensions"] == {"code": "REFUSED", "field": ["query"], "reason": "closed"}
    assert [one["outcome"] for one in await kept(database, query)] == ["refused: closed"]
    fault = await ask(client, scientist, "RETURN unknown")
    assert fault.status_code == 422
    assert fault.json()["errors"][0]["extensions"] == {
        "code": "CYPHER", "field": ["query"], "status": "Neo.ClientError.Statement.SyntaxError",
    }  # fmt: skip


async def test_each_question_is_kept(client: httpx.AsyncClient, scientist: dict[str, str], database: Database) -> None:
    query = "UNWIND range(1, 20) AS kept_one RETURN kept_one"
    await ask(client, scientist, query)
    await ask(client, scientist, query, maxRows=7)
    first, second = await kept(database, query)
    assert (first["who"], first["source"], first["text"]) == ("user_scientist", "live", query)
    assert len(first["sha256"]) == 64
    assert (first["outcome"], first["rows"], int(first["ms"]) >= 0) == ("answered", "20", True)
    assert (second["outcome"], second["rows"]) == ("truncated", "7")


async def test_limits_are_lowered_and_never_raised(settings: Settings, scientist: dict[str, str]) -> None:
    strict = settings.model_copy(update={"console_max_rows": 10, "console_timeout_s": 1.0})
    app = create_app(strict)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service", timeout=30) as client,
    ):
        many = await ask(client, scientist, "UNWIND range(1, 100) AS i RETURN i", maxRows=50)
        assert (len(many.json()["rows"]), many.json()["truncated"]) == (10, {"by": "rows", "limit": 10})
        few = await ask(client, scientist, "UNWIND range(1, 100) AS i RETURN i", maxRows=3)
        assert (len(few.json()["rows"]), few.json()["truncated"]) == (3, {"by": "rows", "limit": 3})
        assert refusal(await ask(client, scientist, _ENDLESS, timeoutS=600)) == (504, "TIMED_OUT")


async def test_explain_and_profile(client: httpx.AsyncClient, scientist: dict[str, str]) -> None:
    query = "MATCH (u:User) RETURN count(u) AS people"
    explained = (await ask(client, scientist, query, mode="explain")).json()
    assert explained["source"] == "live"
    assert explained["plan"]["operatorType"].startswith("ProduceResults")
    profiled = (await ask(client, scientist, query, mode="profile")).json()
    assert profiled["plan"]["dbHits"] >= 0
    assert profiled["plan"]["rows"] == 1
    for mode in ("explain", "profile"):
        assert refusal(await ask(client, scientist, "MATCH (a:Account) RETURN a", mode=mode)) == (422, "REFUSED")


async def test_rates_and_questions_at_a_time(settings: Settings, scientist: dict[str, str]) -> None:
    strict = settings.model_copy(update={"rate_questions_per_minute": 4, "console_per_person": 1})
    app = create_app(strict)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service", timeout=30) as client,
    ):
        long = asyncio.create_task(ask(client, scientist, _ENDLESS, timeoutS=2))
        await asyncio.sleep(0.5)
        busy = await ask(client, scientist, "RETURN 1 AS one")
        assert refusal(busy) == (429, "LIMIT_EXCEEDED")
        assert "of your questions run" in busy.json()["errors"][0]["message"]
        assert refusal(await long) == (504, "TIMED_OUT")
        # A window of a minute may end meanwhile, but not two.
        answers = [await ask(client, scientist, "RETURN 1 AS one") for _ in range(9)]
        last = next(one for one in answers if one.status_code != 200)
        assert refusal(last) == (429, "LIMIT_EXCEEDED")
        assert int(last.headers["retry-after"]) > 0


@pytest.fixture
async def place(settings: Settings) -> AsyncIterator[str]:
    async with serving(settings) as one:
        yield one


async def test_who_goes_away_takes_the_question_along(
    place: str, scientist: dict[str, str], database: Database
) -> None:
    running = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.who = 'user_scientist' RETURN metaData"

    async def until(number: int) -> None:
        async with asyncio.timeout(10):
            while len(await database.command(running)) != number:  # noqa: ASYNC110  # the server tells of nothing
                await asyncio.sleep(0.05)

    async with httpx.AsyncClient(base_url=f"http://{place}", trust_env=False, timeout=60) as client:
        task = asyncio.create_task(ask(client, scientist, _ENDLESS))
        await until(1)
        task.cancel()
        await until(0)
        endless = "UNWIND range(1, 100000000) AS left_one RETURN left_one"
        async with client.stream("POST", "/cypher", json={"query": endless}, headers=scientist) as response:
            pieces = response.aiter_raw()  # a name holds it: an iterator that is collected closes the connection
            assert (await anext(pieces)).startswith(b'{"columns":["left_one"]')
            await until(1)
        await until(0)
    async with asyncio.timeout(10):
        while not (found := await kept(database, endless)) or "outcome" not in found[0]:  # noqa: ASYNC110  # the same
            await asyncio.sleep(0.05)
    assert [one["outcome"] for one in found] == ["left"]


async def test_an_error_in_the_middle_is_seen(place: str, scientist: dict[str, str]) -> None:
    query = "UNWIND range(1, 20000) AS i RETURN 10 / (15000 - i) AS x"
    async with httpx.AsyncClient(base_url=f"http://{place}", trust_env=False, timeout=60) as client:
        told = (await ask(client, scientist, query)).json()
        assert told["error"]["code"] == "CYPHER"
        assert 0 < len(told["rows"]) < 15_000
        for accept in ("text/csv", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"):
            with pytest.raises(httpx.RemoteProtocolError):
                await ask(client, {**scientist, "accept": accept}, query)


_LIST = "{ viewer { personalTokens(first: 10) { nodes { id name createdAt expiresAt revokedAt } } } }"


async def test_personal_tokens(client: httpx.AsyncClient, database: Database) -> None:
    person = await data_scientist(client, database)
    made = await person.done(
        "createPersonalToken", {"name": "notebook", "days": 7}, "token personalToken { id name expiresAt }"
    )
    token = made["token"]
    assert token.startswith("zcp_")
    expires = datetime.fromisoformat(made["personalToken"]["expiresAt"])
    assert abs(expires - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)
    held = await cypher(
        database, "MATCH (t:PersonalToken {id: $id}) RETURN properties(t) AS p", id=made["personalToken"]["id"]
    )
    assert token not in str(held)
    headers = {"authorization": f"Bearer {token}"}
    assert (await ask(client, headers, "RETURN 1 AS one")).json()["rows"] == [[1]]
    # It opens the console and nothing else.
    answer = await client.post("/graphql", json={"query": "{ viewer { email } }"}, headers=headers)
    assert answer.status_code == 401
    (listed,) = (await person.ask(_LIST))["viewer"]["personalTokens"]["nodes"]
    assert (listed["name"], listed["revokedAt"]) == ("notebook", None)
    stranger = await data_scientist(client, database)
    assert (await stranger.ask(_LIST))["viewer"]["personalTokens"]["nodes"] == []
    node = "query N($id: ID!) { node(id: $id) { id } }"
    assert (await stranger.ask(node, id=listed["id"]))["node"] is None
    others = await stranger.act("revokePersonalToken", {"personalTokenId": listed["id"]})
    assert [error["code"] for error in others["errors"]] == ["NOT_FOUND"]
    assert (await ask(client, headers, "RETURN 1 AS one")).status_code == 200
    await person.done("revokePersonalToken", {"personalTokenId": listed["id"]}, "personalToken { revokedAt }")
    assert refusal(await ask(client, headers, "RETURN 1 AS one")) == (401, "SIGN_IN_REQUIRED")


async def test_personal_tokens_end_with_their_time_and_with_the_role(
    client: httpx.AsyncClient, database: Database
) -> None:
    person = await data_scientist(client, database)
    made = await person.done("createPersonalToken", {"name": "a"}, "token personalToken { id }")
    headers = {"authorization": f"Bearer {made['token']}"}
    await set_roles(database, person)
    assert refusal(await ask(client, headers, "RETURN 1 AS one")) == (403, "FORBIDDEN")
    again = await person.act("createPersonalToken", {"name": "b"})
    assert [error["code"] for error in again["errors"]] == ["FORBIDDEN"]
    await set_roles(database, person, Role.DATA_SCIENTIST)
    assert (await ask(client, headers, "RETURN 1 AS one")).status_code == 200
    await cypher(
        database,
        "MATCH (t:PersonalToken {id: $id}) SET t.expiresAt = $now RETURN 1",
        id=made["personalToken"]["id"],
        now=datetime.now(UTC),
    )
    assert refusal(await ask(client, headers, "RETURN 1 AS one")) == (401, "SIGN_IN_REQUIRED")
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=person.id)
    assert refusal(await ask(client, headers, "RETURN 1 AS one")) == (401, "SIGN_IN_REQUIRED")


async def test_personal_tokens_are_twenty_at_most(client: httpx.AsyncClient, database: Database) -> None:
    person = await data_scientist(client, database)
    for number in range(20):
        await person.done("createPersonalToken", {"name": str(number)})
    more = await person.act("createPersonalToken", {"name": "more"}, "token")
    assert ([error["code"] for error in more["errors"]], more["token"]) == (["LIMIT_EXCEEDED"], None)


async def test_the_console_may_be_left_out(settings: Settings, scientist: dict[str, str]) -> None:
    app = create_app(settings.model_copy(update={"console": False}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client,
    ):
        assert (await ask(client, scientist, "RETURN 1 AS one")).status_code == 404


async def test_a_body_that_does_not_come_is_not_waited_for(settings: Settings, scientist: dict[str, str]) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b'{"query":'
        await asyncio.sleep(1.5)

    async with (
        serving(settings.model_copy(update={"request_timeout_s": 0.3})) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        response = await client.post("/cypher", content=slow(), headers={**scientist, **_JSON})
    assert refusal(response) == (408, "TIMED_OUT")
