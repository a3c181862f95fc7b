"""Random operations over the schema: a shape (what is read) and a presentation (how a client writes it).

Presentations of one shape share one statement, so that thousands of operations need only hundreds of query plans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
)

from graph.projection.mapping import Ranked
from graph.rules.access import ANYONE
from schema.api import GRAPHQL_SCHEMA, MAPPING

# But for the first, these are always the engine's.
_SKIPPED_ROOTS = ("nodes", "neighbourhood", "graphPicture", "graphPath", "strongestPath", "audienceOverlap")
_SELDOM = 0.8  # how often an object is asked for nothing that most are refused


def _orders(owner: str, name: str) -> list[str]:
    """The orders of a connection in which it comes out the same twice: lists that are ranked are made anew."""
    mapping = MAPPING[owner].fields.get(name)
    return [] if not isinstance(mapping, Ranked) else [key for key, one in mapping.orders.items() if not one.ranked]


def _made_anew(owner: str, name: str) -> bool:
    return isinstance(MAPPING[owner].fields.get(name), Ranked) and not _orders(owner, name)


def _restricted(owner: str, name: str) -> bool:
    """Whether most callers are refused the field, and the whole operation with it."""
    return MAPPING[owner].access.get(name, ANYONE) != ANYONE


def _answered_elsewhere(definition: Any) -> bool:
    """Whether it has `first` and is no connection: a resolver answers it, whichever way the rest is shaped."""
    return "first" in definition.args and "pageInfo" not in getattr(get_named_type(definition.type), "fields", ())


def _is_leaf(definition: Any) -> bool:
    return isinstance(get_named_type(definition.type), GraphQLScalarType | GraphQLEnumType)


@dataclass
class Leafy:
    """One selected field of a shape."""

    name: str
    owner: str
    below: dict[str, list[Leafy]] = field(default_factory=dict)  # by type condition; "" for none
    backward: bool = False
    after: bool = False
    order: str = ""


@dataclass
class Pool:
    """What arguments are drawn from: keys of things that exist (and do not), and cursors seen in answers."""

    keys: dict[str, list[str]]
    cursors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Generator:
    """Makes operations from seeds: equal `shape` seeds give operations that read the same."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def operation(self, shape_seed: int, seed: int) -> tuple[str, dict[str, Any]]:
        """A document and its variables."""
        shape = list(self._roots(Random(shape_seed)))
        return _Writer(Random(seed), self._pool).document(shape)

    def _roots(self, rng: Random) -> Iterator[Leafy]:
        query = GRAPHQL_SCHEMA.query_type
        assert query is not None
        names = [name for name in query.fields if name not in _SKIPPED_ROOTS and not _made_anew("Query", name)]
        for name in rng.sample(names, rng.choice((1, 1, 1, 2))):
            yield self._field(rng, query, name, depth=3)

    def _field(self, rng: Random, owner: GraphQLObjectType, name: str, depth: int) -> Leafy:
        definition = owner.fields[name]
        named = get_named_type(definition.type)
        chosen = Leafy(name, owner.name)
        if isinstance(named, GraphQLInterfaceType):
            types = rng.sample(sorted(one.name for one in GRAPHQL_SCHEMA.get_possible_types(named)), 3)
            chosen.below = {one: self._object(rng, GRAPHQL_SCHEMA.type_map[one], depth - 1) for one in types}
            chosen.below[""] = [Leafy("id", "Node")]
        elif isinstance(named, GraphQLObjectType):
            if "first" in definition.args:
                chosen.backward = rng.random() < 0.25
                chosen.after = rng.random() < 0.3
                if "orderBy" in definition.args and rng.random() < 0.4:
                    orders: Any = get_named_type(definition.args["orderBy"].type)
                    chosen.order = rng.choice(_orders(owner.name, name) or list(orders.values))
                chosen.below = {"": self._page(rng, named, depth - 1)}
            else:
                chosen.below = {"": self._object(rng, named, depth - 1)}
        return chosen

    def _object(self, rng: Random, owner: Any, depth: int) -> list[Leafy]:
        names = [
            name
            for name, definition in owner.fields.items()
            if not _made_anew(owner.name, name) and not _answered_elsewhere(definition)
        ]
        open_to_all = [name for name in names if not _restricted(owner.name, name)]
        names = open_to_all if open_to_all and rng.random() < _SELDOM else names
        leaves = [name for name in names if _is_leaf(owner.fields[name])]
        branches = [name for name in names if not _is_leaf(owner.fields[name])]
        chosen = rng.sample(leaves, rng.randint(1, min(4, len(leaves))))
        if depth > 0 and branches:
            chosen += rng.sample(branches, rng.randint(0, min(2, len(branches))))
        return [self._field(rng, owner, name, depth) for name in chosen]

    def _page(self, rng: Random, owner: Any, depth: int) -> list[Leafy]:
        parts = rng.sample(("edges", "nodes", "pageInfo", "totalCount"), rng.randint(1, 3))
        if depth <= 0:
            parts = [part for part in parts if part in ("pageInfo", "totalCount")] or ["pageInfo"]
        made = []
        for part in parts:
            one = Leafy(part, owner.name)
            inner: Any = get_named_type(owner.fields[part].type)
            if part == "pageInfo":
                names = rng.sample(sorted(inner.fields), rng.randint(1, 4))
                one.below = {"": [Leafy(name, inner.name) for name in names]}
            elif part == "nodes":
                one.below = {"": self._object(rng, inner, depth)}
            elif part == "edges":
                node = Leafy("node", inner.name)
                node.below = {"": self._object(rng, get_named_type(inner.fields["node"].type), depth)}
                others = [name for name in inner.fields if name != "node"]
                names = rng.sample(others, rng.randint(0, len(others)))
                one.below = {"": [node, *(Leafy(name, inner.name) for name in names)]}
            made.append(one)
        return made


class _Writer:
    """Writes a shape the way some client might."""

    def __init__(self, rng: Random, pool: Pool) -> None:
        self._rng = rng
        self._pool = pool
        self._fragments: list[str] = []
        self._variables: dict[str, Any] = {}
        self._declared: list[str] = []
        self._aliases = 0

    def document(self, shape: list[Leafy]) -> tuple[str, dict[str, Any]]:
        body = self._selection("Query", shape)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        return " ".join([f"query Generated{declared} {body}", *self._fragments]), self._variables

    def _selection(self, owner: str, fields: list[Leafy]) -> str:
        rng = self._rng
        parts = [self._field(one) for one in fields]
        if rng.random() < 0.3:
            parts.append(rng.choice(("__typename", "kind_of: __typename")))
        rng.shuffle(parts)
        if rng.random() < 0.2:
            cut = rng.randint(0, len(parts))
            inside = " ".join(parts[cut:]) or "__typename"
            if rng.random() < 0.5:
                parts = [*parts[:cut], f"... on {owner} {{ {inside} }}"]
            else:
                name = f"Part{len(self._fragments)}"
                self._fragments.append(f"fragment {name} on {owner} {{ {inside} }}")
                parts = [*parts[:cut], f"...{name}"]
        return "{ " + " ".join(parts) + " }"

    def _field(self, one: Leafy) -> str:
        rng = self._rng
        alias = ""
        if self._aliases < 25 and rng.random() < 0.3:
            self._aliases += 1
            alias = f"a{self._aliases}: "
        directive = ""
        if rng.random() < 0.06:
            included, kept = rng.random() < 0.5, rng.random() < 0.9
            name = self._variable("Boolean!", included == kept)
            directive = f" @{'include' if included else 'skip'}(if: ${name})"
        text = f"{alias}{one.name}{self._arguments(one)}{directive}"
        if not one.below:
            return text
        sets = []
        for condition, fields in one.below.items():
            if condition:
                sets.append(f"... on {condition} {self._selection(condition, fields)}")
        if "" in one.below:
            parent: Any = GRAPHQL_SCHEMA.type_map[one.owner]
            owner: Any = get_named_type(parent.fields[one.name].type)
            inner = self._selection(owner.name, one.below[""])
            sets.append(inner[2:-2])
        return f"{text} {{ {' '.join(sets)} }}"

    def _arguments(self, one: Leafy) -> str:
        owner: Any = GRAPHQL_SCHEMA.type_map[one.owner]
        definition = owner.fields[one.name]
        if not definition.args:
            return ""
        if "first" in definition.args:
            return self._page_arguments(one)
        if one.name == "excerpt":
            return self._rng.choice(("", "(length: 20)"))
        (argument,) = definition.args
        key = self._rng.choice(self._pool.keys[one.name])
        if self._rng.random() < 0.5:
            return f'({argument}: "{key}")'
        return f"({argument}: ${self._variable(f'{definition.args[argument].type}', key)})"

    def _page_arguments(self, one: Leafy) -> str:
        rng = self._rng
        size = rng.choice((1, 2, 3, 3, 4, 4, 4, 0 if rng.random() < 0.03 else 2))
        name, place = ("last", "before") if one.backward else ("first", "after")
        parts = [f"{name}: {size}" if rng.random() < 0.5 else f"{name}: ${self._variable('Int', size)}"]
        known = self._pool.cursors[f"{one.owner}.{one.name}"]
        if known and one.after:
            cursor = rng.choice(known)
            parts.append(
                f'{place}: "{cursor}"' if rng.random() < 0.5 else f"{place}: ${self._variable('String', cursor)}"
            )
        if one.order:
            parts.append(f"orderBy: {one.order}")
        return f"({', '.join(parts)})"

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._variables)}"
        self._variables[name] = value
        self._declared.append(f"${name}: {kind}")
        return name
