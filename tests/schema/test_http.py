"""GraphQL over HTTP: what is answered, what is refused, and how."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from app import create_app
from settings import Settings

pytestmark = pytest.mark.anyio
MODERN = "application/graphql-response+json"


async def post(client: httpx.AsyncClient, query: object, **more: object) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, **more})


async def test_answers(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ __typename categories(first: 1) { nodes { slug } } }")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json()["data"] == {"__typename": "Query", "categories": {"nodes": [{"slug": "beauty"}]}}
    assert response.json()["extensions"]["cost"] == {"estimated": 2, "limit": 20000}


async def test_request_id_is_taken_or_made(client: httpx.AsyncClient) -> None:
    given = await client.post("/graphql", json={"query": "{__typename}"}, headers={"x-request-id": "abc-12345"})
    assert given.headers["x-request-id"] == "abc-12345"
    evil = await client.post("/graphql", json={"query": "{__typename}"}, headers={"x-request-id": "<script>alert()"})
    assert len(evil.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code", "field"),
    [
        (b'{"query": "{__typename}"}', "text/plain", 415, "INVALID", ["content-type"]),
        (b"not json", "application/json", 400, "INVALID", ["body"]),
        (b'"text"', "application/json", 400, "INVALID", ["body"]),
        (b'[{"query": "{__typename}"}]', "application/json", 400, "INVALID", ["body"]),
        (b"{}", "application/json", 400, "INVALID", ["query"]),
        (b'{"query": 3}', "application/json", 400, "INVALID", ["query"]),
        (b'{"query": "{__typename}", "variables": []}', "application/json", 400, "INVALID", ["variables"]),
        (b'{"query": "{__typename}", "operationName": 1}', "application/json", 400, "INVALID", ["operationName"]),
        (b'{"query": "' + b" " * 100_001 + b'{__typename}"}', "application/json", 413, "LIMIT_EXCEEDED", ["body"]),
    ],
)
async def test_malformed_requests(
    client: httpx.AsyncClient, body: bytes, content_type: str, status: int, code: str, field: list[str]
) -> None:
    response = await client.post("/graphql", content=body, headers={"content-type": content_type})
    assert response.status_code == status
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": code, "field": field}


async def test_a_body_that_lies_about_its_length_is_cut_off(client: httpx.AsyncClient) -> None:
    async def chunks() -> object:
        for _ in range(30):
            yield b" " * 10_000

    response = await client.post("/graphql", content=chunks(), headers={"content-type": "application/json"})  # type: ignore[arg-type]
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{", "Syntax Error"),
        ("{ nothing }", "Cannot query field 'nothing'"),
        ("query A { __typename } query B { __typename }", "name one operation"),
        ("fragment F on User { id }", "no operation"),
        ("mutation { x }", "Cannot query field 'x' on type 'Mutation'"),
        ('{ user(id: "u") { notes { nodes { id } } } }', "pass either first or last"),
        ('{ user(id: "u") { notes(first: 1, last: 1) { nodes { id } } } }', "pass either first or last"),
        ('{ user(id: "u") { notes(first: 0) { nodes { id } } } }', "first must be from 1 to 100"),
        ('{ user(id: "u") { notes(last: 101) { nodes { id } } } }', "last must be from 1 to 100"),
        ('{ user(id: "u") { notes(first: 1, before: "x") { nodes { id } } } }', "first goes with after"),
        ('{ user(id: "u") { notes(first: 1, after: "§") { nodes { id } } } }', "not a cursor"),
        ('{ user(id: "u") { notes(first: 1, after: "WzFd") { nodes { id } } } }', "not a cursor"),
    ],
)
async def test_refused_whole(client: httpx.AsyncClient, query: str, message: str) -> None:
    older = await post(client, query)
    modern = await client.post("/graphql", json={"query": query}, headers={"accept": MODERN})
    assert (older.status_code, modern.status_code) == (200, 400)
    assert modern.headers["content-type"] == MODERN
    assert "data" not in older.json()
    assert message in older.json()["errors"][0]["message"]
    assert older.json() == modern.json()


async def test_variables_are_checked(client: httpx.AsyncClient) -> None:
    query = "query Q($id: ID!) { user(id: $id) { id } }"
    missing = await post(client, query)
    assert "$id" in missing.json()["errors"][0]["message"]
    wrong = await post(client, query, variables={"id": {"a": 1}})
    assert "$id" in wrong.json()["errors"][0]["message"]


async def test_only_post_runs_operations(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "{__typename}"})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_graphiql_needs_no_other_host(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphql", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!doctype html>", "")
    for name in ("react.production.min.js", "react-dom.production.min.js", "graphiql.min.js", "graphiql.min.css"):
        asset = await client.get(f"/graphiql/{name}")
        assert asset.status_code == 200
        assert len(asset.content) > 5_000
    assert (await client.get("/graphiql/../settings.py")).status_code == 404
    assert (await client.get("/graphiql/none.js")).status_code == 404


async def test_the_explorer_needs_no_other_host_and_runs_no_script_but_its_own(client: httpx.AsyncClient) -> None:
    page = await client.get("/explore")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "//" not in page.text.replace("<!doctype html>", "")
    for name in re.findall(r'(?:src|href)="/explore/([^"]+)"', page.text):
        asset = await client.get(f"/explore/{name}")
        assert asset.status_code == 200, name
        assert asset.headers["content-security-policy"] == policy
    assert (await client.get("/explore/__init__.py")).status_code == 404
    assert (await client.get("/explore/../settings.py")).status_code == 404


async def test_introspection_is_a_setting(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"introspection": False, "graphiql": False, "explorer": False}))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            refused = await post(client, "{ __schema { queryType { name } } }")
            assert "introspection" in refused.json()["errors"][0]["message"].lower()
            assert (await client.get("/graphql", headers={"accept": "text/html"})).status_code == 405
            assert (await client.get("/explore")).status_code == 404


async def test_cross_origin_calls_need_a_setting(settings: Settings, client: httpx.AsyncClient) -> None:
    preflight = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    assert (await client.options("/graphql", headers=preflight)).status_code == 405
    app = create_app(settings.model_copy(update={"cors_origins": ("https://shop.example",)}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as other:
        allowed = await other.options("/graphql", headers=preflight)
        assert allowed.headers["access-control-allow-origin"] == "https://shop.example"


async def test_many_at_once(client: httpx.AsyncClient) -> None:
    responses = await asyncio.gather(*(post(client, "{ categories(first: 8) { nodes { slug } } }") for _ in range(64)))
    assert {response.text for response in responses} == {responses[0].text}
