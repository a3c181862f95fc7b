"""Every operation in the documentation runs, on the whole application."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from graph.database import Database
from settings import Settings, variable_of
from tests.docs.pages import DOCS, fenced, names, rows, section

pytestmark = pytest.mark.anyio
ROOT = DOCS.parent
API = (DOCS / "api.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
REFUSALS = ("INVALID", "LIMIT_EXCEEDED", "BAD_REQUEST")

# A value for every variable that the pages' operations take.
_VALUES = """
MATCH (user:User)-[:FOLLOWS]->(followed:User) WHERE user.state = 'active' AND followed.state = 'active'
WITH user, count(*) AS following ORDER BY following DESC, user.id LIMIT 1
MATCH (note:Note {state: 'published', audience: 'everyone'})-[:FEATURES]->(product:Product {state: 'listed'})
WHERE EXISTS { (note)<-[:ON]-() } AND product.reviewCount > 0
WITH user, note, product ORDER BY note.id, product.id LIMIT 1
MATCH (brand:Brand)-[:MAKES]->(product)
RETURN user.handle AS handle, note.id AS noteId, product.id AS productId, brand.handle AS brandHandle,
       'beauty' AS slug, head(COLLECT { MATCH (t:Topic)<-[:TAGGED]-() RETURN toUpper(t.name) LIMIT 1 }) AS tag,
       NULL AS after, NULL AS cursor, NULL AS backwards"""


async def values_for(document: str, database: Database) -> dict[str, Any]:
    (row,) = await database.read(_VALUES, {})
    (operation,) = (one for one in parse(document).definitions if isinstance(one, OperationDefinitionNode))
    return {one.variable.name.value: row[one.variable.name.value] for one in operation.variable_definitions or ()}


async def post(client: httpx.AsyncClient, document: str, variables: dict[str, Any]) -> tuple[int, Any]:
    response = await client.post(
        "/graphql",
        json={"query": document, "variables": variables},
        headers={"accept": "application/graphql-response+json"},
    )
    return response.status_code, response.json()


@pytest.mark.parametrize("document", fenced(API, "graphql"), ids=lambda text: text.split("\n")[0])
async def test_examples_of_the_api(client: httpx.AsyncClient, database: Database, document: str) -> None:
    status, answer = await post(client, document, await values_for(document, database))
    assert (status, answer.get("errors")) == (200, None)
    assert all(value is not None for value in answer["data"].values()), answer["data"]


@pytest.mark.parametrize("code", REFUSALS)
async def test_examples_of_refusals(client: httpx.AsyncClient, code: str) -> None:
    (document,) = fenced(API, f"graphql {code}")
    status, answer = await post(client, document, {})
    assert (status, answer["errors"][0]["extensions"]["code"]) == (400, code)


@pytest.mark.parametrize("document", fenced(README, "graphql") + fenced(ARCHITECTURE, "graphql"))
async def test_examples_elsewhere(client: httpx.AsyncClient, database: Database, document: str) -> None:
    """These name people of the full-size demo, who may be absent from the small one."""
    status, answer = await post(client, document, await values_for(document, database))
    assert (status, answer.get("errors")) == (200, None)


def test_every_root_field_is_named() -> None:
    query = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8")).query_type
    assert query is not None
    told = [name.partition("(")[0] for row in rows(section(API, "## Where to begin")) for name in names(row[0])]
    assert sorted(told) == sorted(query.fields)


def test_limits_are_the_defaults() -> None:
    defaults = {variable_of(name): field.default for name, field in Settings.model_fields.items()}
    for _what, told, setting in rows(section(API, "## Limits")):
        if setting:
            number = float(told.split()[0].replace(",", ""))
            assert defaults[names(setting)[0]] == number, setting
