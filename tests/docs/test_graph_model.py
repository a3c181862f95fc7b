"""docs/graph-model.md tells the truth about a graph that runs: nothing is there that the page does not name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from graph.database import Database
from graph.model import OWN_NODES, OWN_RELATIONSHIPS
from tests.demo import LABELS_WITHOUT, RELATIONSHIPS_WITHOUT
from tests.docs.pages import DOCS, fenced, names, rows, section

pytestmark = pytest.mark.anyio
PAGE = (DOCS / "graph-model.md").read_text(encoding="utf-8")
_NEO4J_TYPES = {
    "STRING": "string",
    "INTEGER": "integer",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "ZONED DATETIME": "datetime",
    "LIST<STRING NOT NULL>": "strings",
    "LIST<FLOAT NOT NULL>": "floats",
}
_NODE_PROPERTIES = """
MATCH (n) WITH labels(n) AS labels, n CALL (n) { UNWIND keys(n) AS key RETURN key, valueType(n[key]) AS type }
WITH labels, key, type WHERE NOT key =~ 'embed(ding|ded)_[0-9a-f]{12}'
RETURN labels, key, collect(DISTINCT type) AS types ORDER BY labels, key"""
_RELATIONSHIPS = """
MATCH (a)-[r]->(b) WITH labels(a) AS starts, type(r) AS kind, labels(b) AS ends, r
RETURN starts, kind, ends, collect(DISTINCT [key IN keys(r) | [key, valueType(r[key])]]) AS shapes"""


def documented_labels() -> dict[str, Mapping[str, list[str]]]:
    """Every label of the page, with the rows of its properties by name."""
    nodes, own = section(PAGE, "## Nodes"), section(PAGE, "## Book-keeping")
    labels = re.findall(r"^### (\w+)$", nodes + own, re.MULTILINE)
    return {label: {names(row[0])[0]: row for row in rows(section(PAGE, f"### {label}"))} for label in labels}


def documented_relationships() -> dict[tuple[str, str, str], dict[str, str]]:
    """Every relationship of the page by (start, type, end), with the types of its properties."""
    overview = section(PAGE, "## Relationships").partition("###")[0]
    found = {}
    for kind, ends, properties, _meaning in rows(overview):
        start, end = names(ends)
        found[start, names(kind)[0], end] = dict(re.findall(r"`(\w+)` (\w+)", properties))
    return found


def plain_type(value_type: str) -> str:
    return _NEO4J_TYPES[value_type.removesuffix(" NOT NULL")]


async def test_every_node_is_as_the_page_says(database: Database) -> None:
    documented = documented_labels()
    found: dict[str, set[str]] = {}
    for row in await database.read(_NODE_PROPERTIES, {}):
        (label,) = row["labels"]
        assert row["key"] in documented[label], f"{label}.{row['key']} is not in the page"
        # Of an empty list nobody can tell what it would hold.
        types = {plain_type(one) for one in row["types"] if not one.startswith("LIST<NOTHING>")}
        assert types <= {documented[label][row["key"]][1]}, (label, row["key"])
        found.setdefault(label, set()).add(row["key"])
    others = {"Import", "EmbeddingSpace", *(kind.label for kind in OWN_NODES), *LABELS_WITHOUT}
    assert documented.keys() - found.keys() <= others, "the demo should have every label"
    for label, keys in found.items():
        assert {name for name, cells in documented[label].items() if cells[2] == "yes"} <= keys, label


async def test_every_relationship_is_as_the_page_says(database: Database) -> None:
    documented = documented_relationships()
    found = set()
    for row in await database.read(_RELATIONSHIPS, {}):
        key = (row["starts"][0], row["kind"], row["ends"][0])
        assert key in documented, f"{key} is not in the page"
        for shape in row["shapes"]:
            # Other tests of the run draw relationships with less than everything.
            told = {(name, plain_type(kind)) for name, kind in shape if not kind.startswith("LIST<NOTHING>")}
            assert told <= documented[key].items(), key
        found.add(key)
    others = {(kind.start, kind.type, kind.end) for kind in OWN_RELATIONSHIPS} | RELATIONSHIPS_WITHOUT
    assert documented.keys() - found <= others, "the demo should have every relationship"


async def test_no_pair_is_joined_twice(database: Database) -> None:
    (row,) = await database.read(
        "MATCH (a)-[r]->(b) WITH a, b, type(r) AS kind, count(*) AS times WHERE times > 1 RETURN count(*) AS twice", {}
    )
    assert row["twice"] == 0


async def test_constraints_are_those_of_the_page(database: Database) -> None:
    found = await database.command("SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties")
    assert {row["type"] for row in found} == {"UNIQUENESS"}
    documented = {tuple(names(" ".join(row))) for row in rows(section(PAGE, "## Constraints"))}
    assert {(row["name"], *row["labelsOrTypes"], *row["properties"]) for row in found} == documented


async def test_indexes_are_those_of_the_page(database: Database) -> None:
    found = await database.command(
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint, options "
        "WHERE owningConstraint IS NULL AND type <> 'LOOKUP' AND NOT name =~ '.+_embedding_[0-9a-f]{12}'"
    )
    documented = {names(row[0])[0]: row for row in rows(section(PAGE, "## Indexes"))}
    assert {row["name"] for row in found} == documented.keys()
    for row in found:
        _name, kind, on, properties, options = documented[row["name"]]
        assert row["type"].lower() == kind
        assert (row["labelsOrTypes"], row["properties"]) == (names(on), names(properties))
        config = {key: str(value).lower() for key, value in row["options"]["indexConfig"].items()}
        for option, value in (one.split(": ") for one in options.split(", ") if one):
            assert config[option] == value, (row["name"], option)


async def test_lists_are_read_from_indexes_that_exist(database: Database) -> None:
    found = await database.command("SHOW INDEXES YIELD name, labelsOrTypes, properties")
    by_name = {row["name"]: row for row in found}
    for _list, index, leading, order in rows(section(PAGE, "## Keys of ordered lists")):
        row = by_name[names(index)[0]]
        on, _, key = names(leading)[0].partition(".")
        assert (row["labelsOrTypes"], row["properties"]) == ([on], [key, *names(order)])


@pytest.mark.parametrize(
    ("statement", "repeated"),
    [
        ("MATCH (a:User)-[:POSTED|DRAFTED]->(n:Note)", "n.authorId <> a.id"),
        ("MATCH (n:Note)-[:IN_CATEGORY]->(c:Category)", "n.categoryId <> c.id"),
        ("MATCH (n:Product)-[:IN_CATEGORY]->(c:Category)", "n.categoryId <> c.id"),
        ("MATCH (b:Brand)-[:MAKES]->(n:Product)", "n.brandId <> b.id"),
        ("MATCH (n:Comment)-[:ON|WAS_ON]->(on:Note)", "n.noteId <> on.id"),
        ("MATCH (n:Review)-[:REVIEWS]->(p:Product)", "n.productId <> p.id"),
        ("MATCH ()-[r:FOLLOWS|LIKES|COLLECTED|TAGGED|FEATURES]->(n)", "r.to <> n.id"),
    ],
)
async def test_keys_repeat_what_the_pattern_says(database: Database, statement: str, repeated: str) -> None:
    (row,) = await database.read(
        f"{statement} RETURN count(*) AS all, sum(CASE WHEN {repeated} THEN 1 ELSE 0 END) AS differ", {}
    )
    assert row["all"] > 0
    assert row["differ"] == 0


@pytest.mark.parametrize("text", fenced(PAGE, "cypher"))
async def test_the_page_s_questions_have_answers(database: Database, text: str) -> None:
    assert await database.read(text, {})
