"""The graph explained is the running graph: what it holds that is open is told, and nothing that is closed."""

from __future__ import annotations

import orjson
import pytest

from graph.console.allowed import CLOSED_LABELS, CLOSED_TYPES, OPEN_LABELS, OPEN_TYPES
from graph.console.explained import explain_graph, to_markdown
from graph.database import Database
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def test_it_is_the_running_graph(database: Database) -> None:
    found = await explain_graph(database)
    labels = {one.label: one for one in found.labels}
    types = {one.type: one for one in found.types}
    assert set(labels) == OPEN_LABELS
    assert set(types) == OPEN_TYPES
    counted = await cypher(database, "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n")
    for row in counted:
        if row["label"] in OPEN_LABELS:
            assert labels[row["label"]].nodes == row["n"]
        else:
            assert row["label"] in CLOSED_LABELS
    counted = await cypher(database, "MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n")
    for row in counted:
        if row["type"] in OPEN_TYPES:
            assert types[row["type"]].relationships == row["n"]
        else:
            assert row["type"] in CLOSED_TYPES
    keys = await cypher(
        database, "MATCH (n) UNWIND labels(n) AS label UNWIND keys(n) AS key RETURN DISTINCT label, key"
    )
    told = {(one.label, each.name) for one in found.labels for each in one.properties}
    held = {(row["label"], row["key"]) for row in keys if row["label"] in OPEN_LABELS}
    # Vectors of texts are named by their space.
    assert {one for one in held - told if not one[1].startswith(("embed", "consoleVector"))} == set()
    joined = await cypher(
        database, "MATCH (a)-[r]->(b) RETURN DISTINCT labels(a)[0] AS start, type(r) AS type, labels(b)[0] AS end"
    )
    follows = types["FOLLOWS"].example
    assert await cypher(
        database,
        "MATCH (u:User {id: $start, private: false})-[r:FOLLOWS]->({id: $end}) RETURN r.at = datetime($at) AS same",
        start=follows["start"],
        end=follows["end"],
        at=follows["at"],
    ) == [{"same": True}]
    assert {name for name, one in types.items() if one.example and not one.relationships} == set()
    assert {"LIKES", "TAGGED", "FEATURES", "PURCHASED"} <= {name for name, one in types.items() if one.example}
    pairs = {(each.start, one.type, each.end) for one in found.types for each in one.between}
    assert {(row["start"], row["type"], row["end"]) for row in joined if row["type"] in OPEN_TYPES} <= pairs
    indexed = {each.name for one in found.labels for each in one.indexes}
    assert {"note_text", "user_handle", "account_id"} & indexed == {"note_text", "user_handle"}


async def test_as_a_page_and_as_json(database: Database) -> None:
    found = await explain_graph(database)
    page = to_markdown(found)
    assert "### User: " in page
    assert "`(:User)-[:LIKES]->(:Note)`" in page
    assert "passwordHash" not in page
    told = orjson.loads(orjson.dumps(found))
    user = next(one for one in told["labels"] if one["label"] == "User")
    assert user["example"]["id"].startswith("user_")
    assert {"name": "kind", "type": "string", "always": True}.items() <= next(
        one for one in user["properties"] if one["name"] == "kind"
    ).items()
