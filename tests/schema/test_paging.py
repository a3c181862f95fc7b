"""Keyset pages neither skip nor repeat, in either direction, also while things arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graph.database import Address, Database
from graph.errors import Invalid
from graph.ids import new_id
from graph.projection import cursors
from resolvers.services import make_services
from schema.execution import Executor
from settings import Settings
from tests.schema.support import ask, cypher

pytestmark = pytest.mark.anyio
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
async def executor(address: Address, settings: Settings) -> AsyncIterator[Executor]:
    door = Database(address)
    yield Executor(make_services(door, settings), settings)
    await door.close()


async def reader_of(database: Database, authors: int, notes: int) -> tuple[str, list[str]]:
    """A fresh person who follows fresh authors; many notes share a moment, so ties must be broken by id."""
    reader = new_id("User")
    rows: list[dict[str, Any]] = [
        {"id": new_id("Note"), "author": n % authors, "at": START + timedelta(hours=n // 3)} for n in range(notes)
    ]
    await cypher(
        database,
        """
        CREATE (reader:User {id: $reader, handle: $reader, displayName: 'R', state: 'active', kind: 'member',
                             language: 'zh', private: false, createdAt: $now})
        WITH reader UNWIND range(0, $authors - 1) AS n
        CREATE (author:User {id: $reader + '-' + n, handle: $reader + '-' + n, displayName: 'A', state: 'active',
                             kind: 'creator', language: 'zh', private: false, createdAt: $now})
        CREATE (reader)-[:FOLLOWS {at: $now, to: author.id}]->(author)
        """,
        reader=reader,
        authors=authors,
        now=START,
    )
    await post(database, reader, rows)
    ordered = sorted(rows, key=lambda row: (row["at"], row["id"]), reverse=True)
    return reader, [row["id"] for row in ordered]


async def post(database: Database, reader: str, rows: list[dict[str, Any]]) -> None:
    await cypher(
        database,
        """
        UNWIND $rows AS row
        MATCH (author:User {id: $reader + '-' + row.author})
        CREATE (author)-[:POSTED {at: row.at}]->(:Note {id: row.id, authorId: author.id, kind: 'text', title: 'T',
            text: 'T', language: 'zh', state: 'published', audience: 'everyone', categoryId: 'c', createdAt: row.at,
            publishedAt: row.at})
        """,
        reader=reader,
        rows=rows,
    )


FORWARD = """query F($n: Int!, $at: String) { viewer { feed(first: $n, after: $at) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
BACKWARD = """query B($n: Int!, $at: String) { viewer { feed(last: $n, before: $at) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""


async def test_forward_and_back(executor: Executor, database: Database) -> None:
    reader, expected = await reader_of(database, authors=7, notes=50)
    seen: list[str] = []
    cursor = None
    while True:
        feed = (await ask(executor, FORWARD, reader, n=8, at=cursor))["viewer"]["feed"]
        seen += [note["id"] for note in feed["nodes"]]
        assert feed["pageInfo"]["hasPreviousPage"] is (cursor is not None)
        cursor = feed["pageInfo"]["endCursor"]
        if not feed["pageInfo"]["hasNextPage"]:
            break
    assert seen == expected
    back: list[str] = []
    cursor = None
    while True:
        feed = (await ask(executor, BACKWARD, reader, n=8, at=cursor))["viewer"]["feed"]
        back = [note["id"] for note in feed["nodes"]] + back
        assert feed["pageInfo"]["hasNextPage"] is (cursor is not None)
        cursor = feed["pageInfo"]["startCursor"]
        if not feed["pageInfo"]["hasPreviousPage"]:
            break
    assert back == expected


async def test_new_notes_neither_repeat_nor_skip(executor: Executor, database: Database) -> None:
    reader, expected = await reader_of(database, authors=3, notes=30)
    first = (await ask(executor, FORWARD, reader, n=10, at=None))["viewer"]["feed"]
    newer = [{"id": new_id("Note"), "author": n, "at": START + timedelta(days=30)} for n in range(3)]
    await post(database, reader, newer)
    second = (await ask(executor, FORWARD, reader, n=20, at=first["pageInfo"]["endCursor"]))["viewer"]["feed"]
    assert [note["id"] for note in first["nodes"] + second["nodes"]] == expected
    again = (await ask(executor, FORWARD, reader, n=3, at=None))["viewer"]["feed"]
    assert {note["id"] for note in again["nodes"]} == {row["id"] for row in newer}


@pytest.mark.parametrize(("query", "end"), [(FORWARD, "endCursor"), (BACKWARD, "startCursor")])
async def test_authors_who_post_at_the_same_moment(
    executor: Executor, database: Database, query: str, end: str
) -> None:
    """Which authors a page looks at is decided like the order of the notes, also where only ids tell them apart."""
    authors = 12
    reader, _ = await reader_of(database, authors=authors, notes=0)
    ids = sorted(new_id("Note") for _ in range(3 * authors))
    rows: list[dict[str, Any]] = [
        {"id": one, "author": (7 * n + 5) % authors, "at": START + timedelta(hours=n // authors)}
        for n, one in enumerate(ids)
    ]
    await post(database, reader, rows)
    seen: list[str] = []
    at = None
    for _ in range(len(ids) // 2):
        feed = (await ask(executor, query, reader, n=2, at=at))["viewer"]["feed"]
        page = [note["id"] for note in feed["nodes"]]
        seen += page if query is FORWARD else page[::-1]
        at = feed["pageInfo"][end]
    assert seen == (ids[::-1] if query is FORWARD else ids)


async def test_an_empty_connection(executor: Executor, database: Database) -> None:
    reader, _ = await reader_of(database, authors=1, notes=0)
    feed = (await ask(executor, FORWARD, reader, n=5, at=None))["viewer"]["feed"]
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert feed == {"nodes": [], "pageInfo": nothing}


@pytest.mark.parametrize(
    ("order", "expression"),
    [("NAME", "p.name, p.id"), ("PRICE_LOW", "p.priceMinor, p.id"), ("PRICE_HIGH", "p.priceMinor DESC, p.id DESC")],
)
async def test_every_order_pages_through_everything(
    executor: Executor, database: Database, order: str, expression: str
) -> None:
    brands = await cypher(
        database, "MATCH (b:Brand) RETURN b.id AS id ORDER BY COUNT { (b)-[:MAKES]->() } DESC LIMIT 1"
    )
    truth = await cypher(
        database,
        "MATCH (:Brand {id: $id})-[:MAKES]->(p:Product {state: 'listed'}) RETURN p.id AS id ORDER BY " + expression,
        id=brands[0]["id"],
    )
    query = """query P($id: ID!, $order: ProductOrder!, $at: String) { brand(id: $id) {
        products(first: 4, orderBy: $order, after: $at) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        at = page["pageInfo"]["endCursor"]
        page = (await ask(executor, query, id=brands[0]["id"], order=order, at=at))["brand"]["products"]
        seen += [one["id"] for one in page["nodes"]]
    assert seen == [row["id"] for row in truth]


@given(st.text(max_size=80))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_made_up_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cursors.decode(text, ["datetime", "string"], "after")


@pytest.mark.parametrize(
    ("keys", "kinds"),
    [
        ([2**63, "x"], ["integer", "string"]),
        ([True, "x"], ["integer", "string"]),
        (["2026-01-01 00:00:00", "x"], ["datetime", "string"]),
        (["20260101x000000", "x"], ["datetime", "string"]),
        (["2026-01-01T00:00:00+01:00:30", "x"], ["datetime", "string"]),
        (["2026-13-01T00:00:00Z", "x"], ["datetime", "string"]),
        (["2026-02-30T00:00Z", "x"], ["datetime", "string"]),
        (["2026-01-01T00:00:61Z", "x"], ["datetime", "string"]),
        (["2026-01-01T00:00:00Z"], ["datetime", "string"]),
        ({"a": 1}, ["datetime", "string"]),
    ],
)
def test_a_crafted_cursor_is_refused(keys: Any, kinds: Any) -> None:
    with pytest.raises(Invalid):
        cursors.decode(cursors.encode(keys), kinds, "after")


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.text(max_size=80))
def test_cursors_come_back_whole(at: datetime, key: str) -> None:
    keys = [f"{at.isoformat()}Z", key]
    try:
        encoded = cursors.encode(keys)
    except TypeError:
        return  # lone surrogates cannot be stored in the graph either
    assert cursors.decode(encoded, ["datetime", "string"], "after") == keys
