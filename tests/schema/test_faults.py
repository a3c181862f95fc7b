"""What does not fit the schema, a lost database, late answers: told apart, masked, and equal on both ways."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from app import create_app
from graph.database import Address, Database
from graph.errors import CredentialsRefused
from graph.ids import new_id
from resolvers.services import make_services
from schema.documents import Caller, Request
from schema.execution import Executor
from settings import Settings
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def product(database: Database) -> AsyncIterator[str]:
    """A product that breaks the schema's promises, on the shelf of a brand of its own, while a test lasts."""
    brand, product = new_id("Brand"), new_id("Product")
    await cypher(
        database,
        """
        CREATE (:Brand {id: $brand, handle: $brand, name: 'B', verified: true, createdAt: $now})
               -[:MAKES]->(:Product {id: $product, name: 'P', state: 'listed', priceMinor: 'free', currency: 'CNY',
                                     reviewCount: 3000000000, ratingSum: 1, createdAt: $now})
        """,
        brand=brand,
        product=product,
        now=NOW,
    )
    yield product
    await cypher(database, "MATCH (n:Brand|Product) WHERE n.id IN $ids DETACH DELETE n", ids=[brand, product])


@pytest.mark.parametrize(
    ("selection", "path", "data"),
    [
        ("price { amountMinor }", ["product", "price", "amountMinor"], None),
        ("id category { name }", ["product", "category"], None),
        ("brand { stores(first: 1) { nodes { id } } } reviewCount", ["product", "reviewCount"], None),
        ("brand { officialAccount { id } nameEn }", None, {"brand": {"officialAccount": None, "nameEn": None}}),
    ],
)
async def test_nulls_and_types_propagate_alike(
    database: Database, settings: Settings, product: str, selection: str, path: list[str] | None, data: Any
) -> None:
    executor = Executor(make_services(database, settings), settings)
    request = Request(f"query P($id: ID!) {{ product(id: $id) {{ {selection} }} }}", {"id": product})
    fast = await executor.execute(request, Caller())
    slow = await executor.execute(request, Caller(), fast=False)
    without_id = re.compile(rb"[0-9a-f]{32}")
    assert without_id.sub(b"", fast.body) == without_id.sub(b"", slow.body)
    answer = orjson.loads(fast.body)
    assert answer["data"] == {"product": data}
    if path is None:
        assert "errors" not in answer
    else:
        (error,) = answer["errors"]
        assert error["path"] == path
        assert error["extensions"]["code"] == "INTERNAL"
        assert "free" not in error["message"]


async def test_unexpected_errors_are_masked_and_logged(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(database, "read", fail)
    with caplog.at_level(logging.ERROR):
        response = await Executor(make_services(database, settings), settings).execute(
            Request('{ user(id: "u") { id } }'), Caller()
        )
    (error,) = orjson.loads(response.body)["errors"]
    assert response.status == 500
    assert "42" not in error["message"]
    assert error["extensions"]["errorId"] in caplog.text
    assert "the secret is 42" in caplog.text


async def test_a_lost_database_is_told(settings: Settings) -> None:
    lost = settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:9", "query_timeout_s": 1.0})
    app = create_app(lost)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            response = await client.post("/graphql", json={"query": '{ user(id: "u") { id } }'})
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}


async def test_late_answers_are_cut_off(settings: Settings) -> None:
    hasty = settings.model_copy(update={"request_timeout_s": 0.000001})
    app = create_app(hasty)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            response = await client.post("/graphql", json={"query": "{ notes(first: 1) { nodes { id } } }"})
    assert response.status_code == 504
    assert response.json()["errors"][0]["extensions"] == {"code": "TIMED_OUT"}


async def test_a_statement_that_runs_too_long_is_ended(address: Address) -> None:
    door = Database(address, timeout_s=0.5)
    with pytest.raises(Exception, match="took too long"):
        await door.read("UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN n", {})
    await door.close()


async def test_a_wrong_password_is_no_answer(address: Address) -> None:
    door = Database(Address(address.uri, address.username, "wrong"), timeout_s=1)
    with pytest.raises(CredentialsRefused) as caught:
        await door.wait_ready(30)
    await door.close()
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "hostile",
    ["' OR 1=1 //", "}) MATCH (n) DETACH DELETE n //", "\u0000", "💄" * 200, "user_\n", "../../etc/passwd", "$key0"],
)
async def test_hostile_text_is_only_text(client: httpx.AsyncClient, hostile: str) -> None:
    query = (
        "query H($a: String!, $b: ID!) { userByHandle(handle: $a) { id } topic(name: $a) { id } node(id: $b) { id } }"
    )
    response = await client.post("/graphql", json={"query": query, "variables": {"a": hostile, "b": hostile}})
    assert response.json()["data"] == {"userByHandle": None, "topic": None, "node": None}
