"""Inputs of every mutation, made from what the schema says of them: right ones, and each wrong in one way."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_required_input_field,
)

from graph.model import NODE_BY_LABEL
from schema.api import GRAPHQL_SCHEMA
from schema.inputs import Check, Currency, Id, Inputs, ListOf, Number, Secret, Spelt, Text, camel

_SCALARS: dict[str, Any] = {
    "Boolean": True,
    "Int": 1,
    "Float": 1.0,
    "MinorUnits": 100,
    "DateTime": "2026-11-01T08:00:00Z",
    "String": "sample",
    "ID": "user_absent",
}
_SPELT = ("01890a5d-ac96-774b-bcce-b302099a8057", "home_feed", "zcq_" + "a" * 32)
_HOLDS = {"Int": (-(2**31), 2**31 - 1), "MinorUnits": (0, 2**53)}
_ABSENT = "00000000000000000000000000000000"


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input: its GraphQL name and type, whether it must be given, and the rule of its value."""

    name: str
    type: GraphQLInputType
    required: bool
    check: Check


@dataclass(frozen=True, slots=True)
class Bad:
    """A mutation's input that is wrong in one way: `kind` names it, `field` is what the error must name."""

    mutation: str
    kind: str
    field: str
    given: dict[str, Any]


def mutations() -> list[str]:
    """The names of all mutations."""
    root = GRAPHQL_SCHEMA.mutation_type
    assert root is not None
    return sorted(root.fields)


def input_type(mutation: str) -> GraphQLInputObjectType:
    """The type of the mutation's input."""
    root = GRAPHQL_SCHEMA.mutation_type
    assert root is not None
    named = get_named_type(root.fields[mutation].args["input"].type)
    assert isinstance(named, GraphQLInputObjectType)
    return named


def fields_of(kind: GraphQLInputObjectType) -> list[InputField]:
    """Every field of an input type."""
    definition = kind.extensions["strawberry-definition"]
    rules = {camel(one.name): one.metadata["check"] for one in dataclasses.fields(definition.origin)}
    return [InputField(name, one.type, is_required_input_field(one), rules[name]) for name, one in kind.fields.items()]


def sample(kind: GraphQLInputObjectType) -> dict[str, Any]:
    """A right input with what must be given; its ids are well-formed and name nothing."""
    return {one.name: _value(one.type, one.check) for one in fields_of(kind) if one.required}


def _value(kind: GraphQLInputType, check: Check) -> Any:
    bare = get_nullable_type(kind)
    if isinstance(bare, GraphQLList):
        item = check.item if isinstance(check, ListOf) else check
        return [_value(bare.of_type, item)]
    if isinstance(bare, GraphQLInputObjectType):
        return sample(bare)
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    if isinstance(check, Text):
        return "字" * max(check.least, min(check.most, 12))
    if isinstance(check, Currency):
        return "CNY"
    if isinstance(check, Secret):
        return "a password 口令 1"
    if isinstance(check, Spelt):
        return next(one for one in _SPELT if check.pattern.fullmatch(one))
    if isinstance(check, Id):
        return absent(check.labels[0])
    return check.least if isinstance(check, Number) else _SCALARS[bare.name]


def absent(label: str) -> str:
    """A well-formed id of a node that is not there."""
    return f"{NODE_BY_LABEL[label].prefix}_{_ABSENT}"


def bad_values() -> Iterator[Bad]:
    """Every mutation with each of its fields wrong in every way that its rule knows."""
    for mutation in mutations():
        kind = input_type(mutation)
        for one in fields_of(kind):
            for why, value in _wrong(one.check, _value(one.type, one.check), one.type):
                yield Bad(mutation, why, one.name, {**sample(kind), one.name: value})


def malformed() -> Iterator[Bad]:
    """Every mutation with an input that GraphQL itself refuses."""
    for mutation in mutations():
        kind = input_type(mutation)
        for one in fields_of(kind):
            yield Bad(mutation, "wrong type", one.name, {**sample(kind), one.name: {"no": "such"}})
            if one.required:
                without = {name: value for name, value in sample(kind).items() if name != one.name}
                yield Bad(mutation, "missing", one.name, without)
            if isinstance(one.type, GraphQLNonNull):
                yield Bad(mutation, "null", one.name, {**sample(kind), one.name: None})
        yield Bad(mutation, "unknown field", "nothing", {**sample(kind), "nothing": 1})


def _wrong(check: Check, right: Any, kind: GraphQLInputType) -> Iterator[tuple[str, Any]]:
    if isinstance(check, Text):
        yield "over-long text", "长" * (check.most + 1)
        yield "control character", "a\x00b"
        yield "turned text", "a\u202eb"
        if check.least:
            yield "blank", " \n "
        if not check.lines:
            yield "line end", "a\nb"
    elif isinstance(check, Secret):
        yield "over-long text", "x" * (check.most + 1)
        yield "control character", "a password\x07 here"
        yield "empty", ""
    elif isinstance(check, Spelt):
        yield "another form", "MATCH (n) DETACH DELETE n"
        yield "with a line end", f"{right}\n"
        yield "empty", ""
    elif isinstance(check, Id):
        other = next(label for label in NODE_BY_LABEL if label not in check.labels)
        yield "id of another kind", absent(other)
        yield "no id", "'; MATCH (n) DETACH DELETE n; //"
        yield "over-long id", absent(check.labels[0]) + "0" * 100
    elif isinstance(check, Number):
        # What the scalar itself does not hold is GraphQL's to refuse.
        least, most = _HOLDS[get_named_type(kind).name]
        yield from (("too small", check.least - 1),) * (check.least > least)
        yield from (("too large", check.most + 1),) * (check.most < most)
    elif isinstance(check, Currency):
        yield "no code", "yuan"
        yield "another script", "人民币"
    elif isinstance(check, Inputs):
        yield "none", []
        yield "too many", right * (check.most + 1)
    elif isinstance(check, ListOf):
        yield from _wrong_list(check, right, kind)


def _wrong_list(check: ListOf, right: Any, kind: GraphQLInputType) -> Iterator[tuple[str, Any]]:
    yield "too many", [f"{number}" for number in range(check.most + 1)]
    yield "twice", right * 2
    for why, value in _wrong(check.item, right[0], kind):
        yield f"item: {why}", [value]
