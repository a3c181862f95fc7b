"""Saved queries: kept through GraphQL, passed on by link, asked over HTTP and by the client."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any

import httpx
import orjson
import pytest
import zhongcao_client as zc

from app import create_app
from graph import saved_queries
from graph.console.canned import CANNED
from graph.console.reading import ConsoleDoor, Question
from graph.console.refusals import Refused
from graph.database import Database
from graph.rules.access import Role
from settings import Settings
from tests.console.scientists import data_scientist, set_roles
from tests.schema.community import Person, code_of, join
from tests.schema.serving import serving
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_QUERY = "MATCH (u:User {kind: $kind}) RETURN u.id AS id ORDER BY id LIMIT toInteger($most)"
_GIVEN: dict[str, Any] = {
    "name": "某种人",
    "description": "Who is of a kind.",
    "query": _QUERY,
    "parameters": [
        {"name": "kind", "type": "TEXT", "meaning": "the kind"},
        {"name": "most", "type": "INTEGER", "meaning": "how many", "default": "3"},
    ],
}
_FIELDS = "id name description query language link parameters { name type meaning default } owner { id }"
_LISTS = f"""{{ viewer {{
  savedQueries(first: 9) {{ nodes {{ {_FIELDS} }} }} sharedQueries(first: 9) {{ nodes {{ id }} }}
}} }}"""
_NODE = "query N($id: ID!) { node(id: $id) { id } }"
_NO_LINK = "zcq_" + "0" * 32


@pytest.fixture
async def owner(client: httpx.AsyncClient, database: Database) -> Person:
    return await data_scientist(client, database)


async def save(person: Person, **given: Any) -> str:
    """The id of a new saved query."""
    made = await person.done("saveQuery", _GIVEN | given, "savedQuery { id }")
    found: str = made["savedQuery"]["id"]
    return found


async def run(person: Person, saved: object, /, **more: Any) -> tuple[int, Any]:
    """Status, and rows or code and field of the error, of asking a saved query."""
    body = {"saved": saved, **more}
    response = await person.client.post("/cypher", json=body, headers=person.headers)
    told = response.json()
    if response.status_code == 200:
        return 200, told["rows"]
    extensions = told["errors"][0]["extensions"]
    return response.status_code, (extensions["code"], extensions.get("field"))


async def number(database: Database) -> int:
    """How many saved queries there are."""
    (row,) = await cypher(database, "RETURN COUNT { (:SavedQuery) } AS n")
    found: int = row["n"]
    return found


async def recorded(database: Database, query_id: str) -> list[tuple[str, str, dict[str, str]]]:
    """What the audit keeps of the saved query: acts, actors and details, oldest first."""
    rows = await cypher(
        database,
        "MATCH (e:AuditEvent {subjectId: $id}) RETURN e.kind AS kind, e.actorId AS actor, e.detail AS detail "
        "ORDER BY e.id",
        id=query_id,
    )
    return [(row["kind"].removeprefix("saved_query_"), row["actor"], orjson.loads(row["detail"])) for row in rows]


async def test_a_query_is_saved_listed_asked_changed_and_deleted(owner: Person, database: Database) -> None:
    query_id = await save(owner)
    (listed,) = (await owner.ask(_LISTS))["viewer"]["savedQueries"]["nodes"]
    assert listed == {
        "id": query_id, "name": "某种人", "description": "Who is of a kind.", "query": _QUERY, "language": "CYPHER_5",
        "link": None, "owner": {"id": owner.id},
        "parameters": [
            {"name": "kind", "type": "TEXT", "meaning": "the kind", "default": None},
            {"name": "most", "type": "INTEGER", "meaning": "how many", "default": "3"},
        ],
    }  # fmt: skip
    status, rows = await run(owner, query_id, parameters={"kind": "official"})
    assert (status, len(rows)) == (200, 3)
    assert len((await run(owner, query_id, parameters={"kind": "official", "most": 2}))[1]) == 2
    text = "RETURN $kind AS kind, $at AS at"
    parameters = [
        *_GIVEN["parameters"][:1],
        {"name": "at", "type": "TIME", "meaning": "when", "default": '"2026-01-01T00:00:00Z"'},
    ]
    changed = {"query": text, "language": "CYPHER_25", "parameters": parameters}
    done = await owner.done("updateSavedQuery", {"savedQueryId": query_id, **changed}, f"savedQuery {{ {_FIELDS} }}")
    assert (done["savedQuery"]["query"], done["savedQuery"]["name"]) == (text, "某种人")
    assert await run(owner, query_id, parameters={"kind": "x"}) == (200, [["x", "2026-01-01T00:00:00Z"]])
    await owner.done("updateSavedQuery", {"savedQueryId": query_id, "name": "新名"})
    gone = await owner.done("deleteSavedQuery", {"savedQueryId": query_id}, "deletedSavedQueryId")
    assert gone["deletedSavedQueryId"] == query_id
    assert await run(owner, query_id) == (404, ("NOT_FOUND", ["saved"]))
    assert await cypher(database, "MATCH (q:SavedQuery {id: $id}) RETURN 1", id=query_id) == []
    assert await recorded(database, query_id) == [
        ("saved", owner.id, {"sha256": sha256(_QUERY.encode()).hexdigest(), "text": _QUERY}),
        ("updated", owner.id, {"sha256": sha256(text.encode()).hexdigest(), "text": text}),
        ("updated", owner.id, {}),
        ("deleted", owner.id, {}),
    ]


async def test_what_is_told_wrong_is_refused_by_name(owner: Person) -> None:
    query_id = await save(owner)
    for more, field in (
        ({}, ["parameters", "kind"]),
        ({"parameters": {"kind": 1}}, ["parameters", "kind"]),
        ({"parameters": {"kind": "x", "other": 1}}, ["parameters", "other"]),
        ({"language": "5"}, ["language"]),
        ({"query": "RETURN 1"}, ["saved"]),
        ({"canned": "funnel"}, ["saved"]),
    ):
        assert await run(owner, query_id, **more) == (400, ("INVALID", field)), more
    assert await run(owner, 1) == (400, ("INVALID", ["saved"]))


async def test_the_guard_looks_when_saved_and_when_asked(owner: Person, database: Database, door: ConsoleDoor) -> None:
    query_id, before = await save(owner), await number(database)
    for given, field, said in (
        ({"query": "MATCH (a:Account) RETURN a", "parameters": None}, "query", "closed"),
        ({"query": "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l", "parameters": None}, "query", "leading"),
        ({"query": "MATCH (u:User) DETACH DELETE u", "parameters": None}, "query", "writes"),
        ({"query": "EXPLAIN RETURN 1", "parameters": None}, "query", "leading"),
        ({"query": "RETURN x", "parameters": None}, "query", "SyntaxError"),
        ({"query": "RETURN $other"}, "parameters", "other"),
        ({"parameters": [{"name": "kind", "type": "TEXT", "meaning": "a", "default": "1"}]}, "parameters", "kind"),
        ({"parameters": [{"name": "kind", "type": "TEXT", "meaning": "a", "default": "no"}]}, "parameters", "JSON"),
        ({"parameters": _GIVEN["parameters"][:1] * 2}, "parameters", "twice"),
    ):
        for mutation, named in (("saveQuery", _GIVEN), ("updateSavedQuery", {"savedQueryId": query_id})):
            (error,) = (await owner.act(mutation, named | given))["errors"]
            assert (error["code"], error["field"][:2]) == ("INVALID", ["input", field]), (given, error)
            assert said in error["message"]
    assert await number(database) == before
    # What got there otherwise is refused all the same.
    await cypher(
        database,
        "MATCH (q:SavedQuery {id: $id}) SET q.text = 'MATCH (a:Account) RETURN a', q.parameters = '[]' RETURN 1",
        id=query_id,
    )
    assert await run(owner, query_id) == (422, ("REFUSED", ["query"]))
    with pytest.raises(Refused):
        await door.plan(Question("MATCH (q:SavedQuery) RETURN q.link"), closed=True, who="test")


async def test_a_link_opens_it_to_data_scientists_alone(
    client: httpx.AsyncClient, database: Database, owner: Person
) -> None:
    query_id = await save(owner)
    other, member = await data_scientist(client, database), await data_scientist(client, database)
    kinds = {"parameters": {"kind": "official"}}

    async def share() -> str:
        done = await owner.done("shareSavedQuery", {"savedQueryId": query_id}, "savedQuery { link }")
        found: str = done["savedQuery"]["link"]
        return found

    assert (await other.ask(_NODE, id=query_id))["node"] is None
    assert await run(other, query_id, **kinds) == (404, ("NOT_FOUND", ["saved"]))
    link = await share()
    assert saved_queries.LINK.fullmatch(link)
    assert await share() == link
    # The link alone is enough to ask; the id is not.
    assert (await run(other, link, **kinds))[0] == 200
    assert (await other.ask(_NODE, id=query_id))["node"] is None
    assert await run(other, query_id, **kinds) == (404, ("NOT_FOUND", ["saved"]))
    assert await run(other, _NO_LINK) == (404, ("NOT_FOUND", ["saved"]))
    assert code_of(await other.act("openSharedQuery", {"link": _NO_LINK})) == ("NOT_FOUND", ["input", "link"])
    for _ in range(2):
        opened = await other.done("openSharedQuery", {"link": link}, "savedQuery { id owner { id } }")
        assert opened["savedQuery"] == {"id": query_id, "owner": {"id": owner.id}}
    assert (await other.ask(_LISTS))["viewer"] == {
        "savedQueries": {"nodes": []},
        "sharedQueries": {"nodes": [{"id": query_id}]},
    }
    assert (await run(other, query_id, **kinds))[0] == 200
    for mutation in ("updateSavedQuery", "deleteSavedQuery", "unshareSavedQuery", "shareSavedQuery"):
        refused = await other.act(mutation, {"savedQueryId": query_id})
        assert code_of(refused) == ("NOT_FOUND", ["input", "savedQueryId"])
    # Its owner's list does not hold it twice.
    await owner.done("openSharedQuery", {"link": link})
    assert (await owner.ask(_LISTS))["viewer"]["sharedQueries"]["nodes"] == []
    # Who is no data scientist (any more) opens nothing, and sees nothing of it.
    await member.done("openSharedQuery", {"link": link})
    await set_roles(database, member)
    assert code_of(await member.act("openSharedQuery", {"link": link})) == ("FORBIDDEN", [])
    assert (await member.ask(_NODE, id=query_id))["node"] is None
    await other.done("leaveSharedQuery", {"savedQueryId": query_id})
    assert (await other.ask(_NODE, id=query_id))["node"] is None
    again = await other.act("leaveSharedQuery", {"savedQueryId": query_id})
    assert code_of(again) == ("NOT_FOUND", ["input", "savedQueryId"])
    await other.done("openSharedQuery", {"link": link})
    await owner.done("unshareSavedQuery", {"savedQueryId": query_id})
    for key in (link, query_id):
        assert await run(other, key, **kinds) == (404, ("NOT_FOUND", ["saved"]))
    assert await share() != link
    assert (await other.ask(_NODE, id=query_id))["node"] is None
    # All of it is in the audit, and no link; what was refused is not.
    kept = await recorded(database, query_id)
    acts = [("saved", owner), *[("shared", owner)] * 2, *[("opened", other)] * 2, ("opened", owner), ("opened", member)]
    acts += [("opened", other), ("unshared", owner), ("shared", owner)]
    assert [(act, actor) for act, actor, _ in kept] == [(act, person.id) for act, person in acts]
    assert [detail for act, _, detail in kept if act != "saved" and detail] == []


async def test_limits_and_repeated_requests(owner: Person, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_queries, "MOST", 2)
    key = {"idempotencyKey": "one"}
    assert await save(owner, **key) == await save(owner, **key)
    await save(owner)
    before = await number(database)
    assert code_of(await owner.act("saveQuery", _GIVEN)) == ("LIMIT_EXCEEDED", [])
    monkeypatch.setattr(saved_queries, "MOST_OPENED", 0)
    assert code_of(await owner.act("openSharedQuery", {"link": _NO_LINK})) == ("LIMIT_EXCEEDED", [])
    await set_roles(database, owner, Role.ANALYST)
    assert code_of(await owner.act("saveQuery", _GIVEN)) == ("FORBIDDEN", [])
    assert await number(database) == before


async def test_canned_queries_are_told_by_graphql(client: httpx.AsyncClient, owner: Person) -> None:
    document = "{ viewer { cannedQueries { name description query parameters { name type default } } } }"
    told = (await owner.ask(document))["viewer"]["cannedQueries"]
    assert [one["name"] for one in told] == list(CANNED)
    funnel = next(one for one in told if one["name"] == "funnel")
    assert funnel["query"] == CANNED["funnel"].text
    assert funnel["parameters"][1] == {"name": "limit", "type": "INTEGER", "default": "50"}
    owner.tokens = {"accessToken": ""}
    answer = await client.post("/graphql", json={"query": document})
    assert answer.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


_ANSWER = "answer(parameters: $given, first: $first) { columns rows truncated source }"
_ASK_SAVED = (
    f"query A($id: ID!, $given: JSON, $first: Int!) {{ node(id: $id) {{ ... on SavedQuery {{ {_ANSWER} }} }} }}"
)
_ASK_CANNED = f"""query A($name: String, $given: JSON, $first: Int!) {{
  viewer {{ cannedQueries(name: $name) {{ {_ANSWER} }} }}
}}"""


async def test_kept_queries_are_answered_within_an_operation(owner: Person, database: Database) -> None:
    query_id = await save(owner)
    given = {"kind": "official", "most": 9}
    answer = (await owner.ask(_ASK_SAVED, id=query_id, given=given, first=4))["node"]["answer"]
    assert (answer["columns"], answer["truncated"], answer["source"]) == (["id"], True, "live")
    assert answer["rows"] == (await run(owner, query_id, parameters=given))[1][:4]
    (canned,) = (await owner.ask(_ASK_CANNED, name="most_followed", given={"limit": 2}, first=50))["viewer"][
        "cannedQueries"
    ]
    assert (canned["answer"]["columns"][:2], len(canned["answer"]["rows"])) == (["id", "handle"], 2)
    for variables, code in (
        ({"given": {}, "first": 4}, "INVALID"),
        ({"given": [], "first": 4}, "INVALID"),
        ({"given": given, "first": 1_001}, "INVALID"),
    ):
        refused = await owner.post(_ASK_SAVED, id=query_id, **variables)
        assert refused["errors"][0]["extensions"]["code"] == code, refused
    await cypher(
        database,
        "MATCH (q:SavedQuery {id: $id}) SET q.text = 'MATCH (a:Account) RETURN a', q.parameters = '[]' RETURN 1",
        id=query_id,
    )
    refused = await owner.post(_ASK_SAVED, id=query_id, given=None, first=4)
    assert (refused["data"]["node"]["answer"], refused["errors"][0]["extensions"]["code"]) == (None, "REFUSED")
    member = await join(owner.client)
    denied = await member.post(_ASK_SAVED, id=query_id, given=None, first=4)
    assert denied["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_by_the_client(settings: Settings, owner: Person) -> None:
    query_id = await save(owner)
    token = (await owner.done("createPersonalToken", {"name": "notebook"}, "token"))["token"]
    async with serving(settings) as place:
        client = zc.Client(f"http://{place}", token)
        answer = await asyncio.to_thread(lambda: client.saved(query_id, kind="official", most=2))
        assert (len(answer), answer.table.column_names) == (2, ["id"])
        (listed,) = await asyncio.to_thread(client.saved_queries)
        assert (listed["id"], listed["mine"], listed["link"], listed["language"]) == (query_id, True, None, "5")
        assert [one["name"] for one in listed["parameters"]] == ["kind", "most"]
        with pytest.raises(zc.NotFound):
            await asyncio.to_thread(lambda: client.saved(_NO_LINK))


async def test_nothing_is_saved_where_the_console_is_left_out(settings: Settings, owner: Person) -> None:
    app = create_app(settings.model_copy(update={"console": False, "worker": False}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client,
    ):
        owner.client = client
        assert code_of(await owner.act("saveQuery", _GIVEN)) == ("CONFLICT", [])
