"""The checked-in schema is the schema; changes that break clients are named."""

from __future__ import annotations

from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
)

import schema
from schema.api import GRAPHQL_SCHEMA, MAPPING, SCHEMA

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "schema.graphql"


def test_snapshot_is_current() -> None:
    breaking = find_breaking_changes(build_schema(SNAPSHOT.read_text(encoding="utf-8")), GRAPHQL_SCHEMA)
    named = "\n".join(f"breaking: {change.description}" for change in breaking)
    current = SCHEMA.as_str() + "\n"
    assert SNAPSHOT.read_text(encoding="utf-8") == current, (
        f"{named}\nthe schema changed: run `uv run app.py schema > schema.graphql` and look at the difference"
    )


def test_everything_is_described() -> None:
    missing = []
    for name, one in GRAPHQL_SCHEMA.type_map.items():
        if name.startswith("__"):
            continue
        if not one.description:
            missing.append(name)
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for key, field in one.fields.items():
                if not field.description:
                    missing.append(f"{name}.{key}")
                missing += [
                    f"{name}.{key}({argument})"
                    for argument, definition in getattr(field, "args", {}).items()
                    if not definition.description
                ]
        if isinstance(one, GraphQLEnumType):
            missing += [f"{name}.{key}" for key, value in one.values.items() if not value.description]
    assert missing == []


def test_the_package_is_ours() -> None:
    assert Path(schema.__file__).is_relative_to(ROOT)


def test_every_node_type_maps_every_field() -> None:
    """A field of a node is read from the graph, or says what it needs of it."""
    unmapped = [
        f"{name}.{field}"
        for name, mapping in MAPPING.items()
        if mapping.label
        for field in getattr(GRAPHQL_SCHEMA.type_map[name], "fields", {})
        if field not in mapping.fields
    ]
    assert unmapped == []
