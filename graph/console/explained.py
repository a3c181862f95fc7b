"""The open part of the graph explained: what each label, relationship type and property means, numbers, indexes.

Meanings are the model's, numbers, examples and indexes the running graph's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.console.allowed import OPEN_LABELS, OPEN_TYPES
from graph.database import Database
from graph.model import NODES, OWN_NODES, OWN_RELATIONSHIPS, RELATIONSHIPS, Property
from graph.statements import beside

STATEMENTS = beside(__file__)
_COUNTS = STATEMENTS["graph_counts"]
_EXAMPLE = STATEMENTS["example_of"]
_EXAMPLE_OF_TYPE = STATEMENTS["example_of_type"]
_INDEXES = (
    "SHOW INDEXES YIELD name, type, labelsOrTypes, properties WHERE size(coalesce(labelsOrTypes, [])) > 0 "
    "RETURN name, type, labelsOrTypes, properties ORDER BY name"
)
# Numbers that mean nothing to a reader.
_LONGEST_EXAMPLE = 200


@dataclass(frozen=True, slots=True)
class ExplainedProperty:
    """A property: what it is, whether each has it, and the values it may take where those are few."""

    name: str
    type: str
    meaning: str
    always: bool
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index that the server has."""

    name: str
    type: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplainedLabel:
    """A label; `example` are the properties of one of its nodes, long ones cut, empty where there is none."""

    label: str
    meaning: str
    nodes: int
    properties: tuple[ExplainedProperty, ...]
    example: Mapping[str, Any]
    indexes: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The labels that a type joins, and what it means there."""

    start: str
    end: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ExplainedType:
    """A relationship type; `example` are the ids and properties of one, empty where there is none."""

    type: str
    relationships: int
    between: tuple[Between, ...]
    properties: tuple[ExplainedProperty, ...]
    example: Mapping[str, Any]
    indexes: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is open."""

    labels: tuple[ExplainedLabel, ...]
    types: tuple[ExplainedType, ...]


async def explain_graph(database: Database) -> Explained:
    """The open part of the running graph."""
    row = await database.row(_COUNTS)
    assert row is not None, "statistics are one row"
    nodes = {one["label"]: one["count"] for one in row["nodes"] if "label" in one}
    relationships = {
        one["relationshipType"]: one["count"]
        for one in row["relationships"]
        if "relationshipType" in one and not {"startLabel", "endLabel"} & one.keys()
    }
    indexes = await _indexes(database)
    labels = [
        ExplainedLabel(
            kind.label, kind.meaning, nodes.get(kind.label, 0), _properties(kind.all_properties),
            _shown_all(await database.row(_EXAMPLE, label=kind.label)), indexes.get(kind.label, ()),
        )
        for kind in (*NODES, *OWN_NODES)
        if kind.label in OPEN_LABELS
    ]  # fmt: skip
    types = [
        _type(
            name, relationships.get(name, 0), _shown_all(await database.row(_EXAMPLE_OF_TYPE, type=name)),
            indexes.get(name, ()),
        )
        for name in sorted(OPEN_TYPES)
    ]  # fmt: skip
    return Explained(tuple(labels), tuple(types))


def _type(name: str, number: int, example: Mapping[str, Any], indexes: tuple[Index, ...]) -> ExplainedType:
    kinds = [kind for kind in (*RELATIONSHIPS, *OWN_RELATIONSHIPS) if kind.type == name]
    properties = {one.name: one for kind in kinds for one in kind.properties}
    between = tuple(Between(kind.start, kind.end, kind.meaning) for kind in kinds)
    return ExplainedType(name, number, between, _properties(properties.values()), example, indexes)


def _properties(properties: Iterable[Property]) -> tuple[ExplainedProperty, ...]:
    return tuple(
        ExplainedProperty(one.name, one.type.value, one.meaning, one.required, one.one_of) for one in properties
    )


async def _indexes(database: Database) -> dict[str, tuple[Index, ...]]:
    found: dict[str, tuple[Index, ...]] = {}
    for row in await database.command(_INDEXES):
        for on in row["labelsOrTypes"]:
            one = Index(row["name"], row["type"].lower(), tuple(row["properties"]))
            found[on] = (*found.get(on, ()), one)
    return found


def _shown_all(row: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if row is None else {name: _shown(value) for name, value in sorted(row["properties"].items())}


def _shown(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_EXAMPLE:
        return value[:_LONGEST_EXAMPLE] + "…"
    if isinstance(value, list) and len(value) > 8:
        return [*value[:8], "…"]
    return value if isinstance(value, (str, int, float, list)) else str(value)


def to_markdown(explained: Explained) -> str:
    """The same as a page."""
    lines = ["# The graph", "", "## Labels", ""]
    for one in explained.labels:
        lines += [f"### {one.label}: {one.nodes:,} nodes", "", one.meaning, "", *_table(one.properties)]
        lines += ["", f"Indexes: {_told(one.indexes)}", ""]
        lines += _exemplified(one.example)
    lines += ["## Relationship types", ""]
    for kind in explained.types:
        lines += [f"### {kind.type}: {kind.relationships:,} relationships", ""]
        lines += [f"- `(:{each.start})-[:{kind.type}]->(:{each.end})`: {each.meaning}" for each in kind.between]
        lines += ["", *_table(kind.properties), "", f"Indexes: {_told(kind.indexes)}", "", *_exemplified(kind.example)]
    return "\n".join(lines)


def _exemplified(example: Mapping[str, Any]) -> list[str]:
    return ["Example: " + ", ".join(f"`{name}` {value}" for name, value in example.items()), ""] if example else []


def _table(properties: Iterable[ExplainedProperty]) -> list[str]:
    rows = [
        f"| `{one.name}` | {one.type} | {'yes' if one.always else ''} | {', '.join(one.one_of)} | {one.meaning} |"
        for one in properties
    ]
    return ["| property | type | always | values | meaning |", "|---|---|---|---|---|", *rows] if rows else []


def _told(indexes: Iterable[Index]) -> str:
    return "; ".join(f"`{one.name}` ({one.type} on {', '.join(one.properties)})" for one in indexes) or "none"
