"""How mutations are carried out, whatever they do: several at once, null for what has a default, odd times."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app import create_app
from graph import note_collections
from graph.database import Database
from settings import Settings
from tests.schema.commits import Commits, counted
from tests.schema.community import PASSWORD, Person
from tests.schema.shop import fresh, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    """Counts what is written."""
    return counted(monkeypatch)


@pytest.fixture
async def person(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (one,) = await people(client, database, settings, 1)
    return one


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ('mutation M($i: NoteInput = {noteId: "note_x"}) { likeNote(input: $i) { errors { code } } }', {"i": None}),
        ('mutation M($i: ID = "note_x") { likeNote(input: {noteId: $i}) { errors { code } } }', {"i": None}),
        ('query Q($i: ID = "note_x") { note(id: $i) { id } }', {"i": None}),
    ],
)
async def test_null_for_what_must_not_be_null(
    person: Person, commits: Commits, document: str, variables: dict[str, Any]
) -> None:
    answer = await person.post(document, **variables)
    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    assert commits.count == 0


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-01T08:00:00+24:00",
        "2026-11-01T08:00:00+00:00:30",
        "2026-W01-1T00:00:00+00:00",
        "20260101T000000Z",
        "2026-11-01 08:00:00Z",
        "2026-11-01T08:00:00",
        "2026-13-01T08:00:00Z",
        "yesterday",
    ],
)
async def test_times_that_are_none(person: Person, commits: Commits, time: str) -> None:
    document = (
        "mutation M($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { errors { code } } }"
    )
    answer = await person.post(document, input={"until": time})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    assert commits.count == 0


async def test_one_failure_leaves_the_other_outcomes(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = note_collections.create_collection

    async def failing(tx: Any, *, name: str, **values: Any) -> str:
        if name == "坏":
            raise RuntimeError("a fault of ours")
        return await create(tx, name=name, **values)

    monkeypatch.setattr(note_collections, "create_collection", failing)
    made = "(input: {name: $%s}) { collection { name } errors { code } }"
    document = (
        "mutation M($a: String!, $b: String!, $c: String!) { "
        f"a: createCollection{made % 'a'} b: createCollection{made % 'b'} c: createCollection{made % 'c'} }}"
    )
    answer = await person.post(document, a="一", b="坏", c="三")
    assert answer["data"] == {
        "a": {"collection": {"name": "一"}, "errors": []},
        "b": None,
        "c": {"collection": {"name": "三"}, "errors": []},
    }
    (error,) = answer["errors"]
    assert error["path"] == ["b"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "a fault of ours" not in str(answer)
    rows = await cypher(database, "MATCH ({id: $id})-[:OWNS]->(c) RETURN c.name AS name ORDER BY name", id=person.id)
    assert [row["name"] for row in rows] == ["一", "三"]


async def test_what_was_done_is_answered_however_few_new_forms_are_left(settings: Settings, database: Database) -> None:
    app = create_app(settings.model_copy(update={"new_shapes_per_minute": 1}))
    transport = httpx.ASGITransport(app=app)
    handle = fresh("f")
    given = {"email": f"{handle}@example.com", "password": PASSWORD, "handle": handle, "displayName": "某人"}
    document = (
        "mutation S($input: SignUpInput!) { signUp(input: $input) "
        "{ errors { code } tokens { accessToken } viewer { user { id handle } } } }"
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        answer = (await client.post("/graphql", json={"query": document, "variables": {"input": given}})).json()
    assert answer["data"]["signUp"]["errors"] == []
    assert answer["data"]["signUp"]["viewer"]["user"]["handle"] == handle
