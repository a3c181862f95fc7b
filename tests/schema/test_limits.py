"""What a document may be, before anything of it runs."""

from __future__ import annotations

import time

import httpx
import pytest

from app import create_app
from settings import Settings

pytestmark = pytest.mark.anyio


async def refusal(client: httpx.AsyncClient, query: str) -> dict[str, object]:
    response = await client.post("/graphql", json={"query": query})
    assert "data" not in response.json(), response.text[:300]
    error: dict[str, object] = response.json()["errors"][0]
    return error


def nested(levels: int) -> str:
    inner = "{ id }"
    for _ in range(levels):
        inner = f"{{ author {{ notes(first: 1) {{ nodes {inner} }} }} }}"
    return f'{{ note(id: "n") {inner} }}'


async def test_depth(client: httpx.AsyncClient) -> None:
    error = await refusal(client, nested(4))
    assert error["message"] == "the operation's depth is 14; the most is 12"
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["query"]}


async def test_aliases(client: httpx.AsyncClient) -> None:
    many = " ".join(f"a{n}: id" for n in range(31))
    assert "aliases is 31" in str((await refusal(client, f'{{ user(id: "u") {{ {many} }} }}'))["message"])


async def test_root_fields(client: httpx.AsyncClient) -> None:
    many = " ".join(f'a{n}: user(id: "u") {{ id }}' for n in range(11))
    assert "root fields is 11" in str((await refusal(client, f"{{ {many} }}"))["message"])


async def test_directives(client: httpx.AsyncClient) -> None:
    many = " ".join("... @include(if: true) { id }" for _ in range(51))
    assert "directives is 51" in str((await refusal(client, f'{{ user(id: "u") {{ {many} }} }}'))["message"])


async def test_tokens(client: httpx.AsyncClient) -> None:
    error = await refusal(client, "{ " + "id " * 2_001 + "}")
    assert "token" in str(error["message"])


async def test_fragments_that_double_are_counted_without_being_walked(client: httpx.AsyncClient) -> None:
    levels = 40
    parts = [f"fragment F{n} on User {{ ...F{n + 1} ... on User {{ ...F{n + 1} }} }}" for n in range(levels)]
    query = '{ user(id: "u") { ...F0 } } ' + " ".join(parts) + f" fragment F{levels} on User {{ id }}"
    started = time.monotonic()
    assert "fragments expanded" in str((await refusal(client, query))["message"])
    assert time.monotonic() - started < 5


async def test_repetitions_are_not_compared_pair_by_pair(client: httpx.AsyncClient) -> None:
    query = '{ note(id: "u") { ' + "author { id } " * 300 + "} }"
    started = time.monotonic()
    assert "one field is repeated is 300" in str((await refusal(client, query))["message"])
    assert time.monotonic() - started < 2


async def test_introspection_once_is_enough(client: httpx.AsyncClient) -> None:
    query = "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(3)) + " }"
    assert "introspecting fields is 3" in str((await refusal(client, query))["message"])


async def test_fragment_cycles(client: httpx.AsyncClient) -> None:
    query = '{ user(id: "u") { ...A } } fragment A on User { ...B } fragment B on User { ...A }'
    assert "Cannot spread fragment" in str((await refusal(client, query))["message"])


async def test_cost(client: httpx.AsyncClient) -> None:
    query = """
    { user(id: "u") { followers(first: 100) { nodes { followers(first: 100) { nodes {
        followers(first: 100) { nodes { id } } } } } } } }
    """
    error = await refusal(client, query)
    assert "estimated cost" in str(error["message"])
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}


async def test_ids_at_a_time(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql",
        json={
            "query": "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            "variables": {"ids": [f"user_{n}" for n in range(101)]},
        },
    )
    assert response.json()["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["nodes", "ids"]}


async def test_deep_text_does_not_exhaust_the_stack(client: httpx.AsyncClient) -> None:
    assert (await refusal(client, "{ a " * 900))["extensions"]
    lists = await client.post("/graphql", json={"query": "{ nodes(ids: " + "[" * 900 + "]" * 900 + ") { id } }"})
    assert lists.json()["errors"]


async def test_new_operations_are_rationed_by_address(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"new_shapes_per_minute": 3}))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            for n in range(3):
                again = await client.post("/graphql", json={"query": f"{{ a{n}: __typename }}"})
                assert again.json()["data"] == {f"a{n}": "Query"}
            assert (await refusal(client, "{ late: __typename }"))["extensions"] == {"code": "LIMIT_EXCEEDED"}
            known = await client.post("/graphql", json={"query": "{ a0: __typename }"})
            assert known.json()["data"] == {"a0": "Query"}


async def test_new_forms_of_one_operation_are_rationed_too(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"new_shapes_per_minute": 5}))
    declared = ", ".join(f"$v{n}: Boolean!" for n in range(6))
    fields = " ".join(f"f{n}: handle @include(if: $v{n})" for n in range(6))
    query = f'query Q({declared}) {{ user(id: "u") {{ id bio @include(if: $v0) {fields} }} }}'
    query = query.replace("f1: handle", "region").replace("f2: handle", "followerCount").replace("f3: handle", "kind")
    app_codes = []
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            for bits in range(16):
                variables = {f"v{n}": bool(bits >> n & 1) for n in range(6)}
                answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
                app_codes.append(answer.get("errors", [{}])[0].get("extensions", {}).get("code"))
    assert app_codes[:5] == [None] * 5
    assert app_codes[-1] == "LIMIT_EXCEEDED"
