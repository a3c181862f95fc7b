"""Fields that say where they live in the graph, so that a GraphQL type reads as its map.

Each function gives a strawberry field that carries its mapping; `schema_mapping` collects them for the compiler.
When the GraphQL engine walks an answer itself, such a field reads its value by response key from what the
compiled statement brought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry
from graphql import GraphQLObjectType, GraphQLOutputType, GraphQLSchema, get_named_type
from strawberry.types.field import StrawberryField

from graph.projection.mapping import (
    ById,
    Computed,
    Count,
    Embed,
    FieldMapping,
    Kind,
    Many,
    Mine,
    One,
    Order,
    Prop,
    Ref,
    Root,
    SchemaMapping,
    TypeMapping,
    Value,
    Visibility,
    ranked_by,
)
from graph.rules.access import NOBODY, Access

_GRAPH = "graph"
_ACCESS = "access"
_KINDS: Mapping[str, Kind] = {"DateTime": "datetime"}


def read(root: Any, info: strawberry.Info) -> Any:
    """What the compiled statement brought for this response key."""
    return root[info.path.key]


def plain(description: str) -> Any:
    """A field that the compiler knows by name, such as those of connections."""
    return strawberry.field(resolver=read, description=description)


def _field(mapping: FieldMapping, description: str, resolver: Any = read) -> Any:
    return strawberry.field(resolver=resolver, description=description, metadata={_GRAPH: mapping})


def restricted(field: Any, access: Access) -> Any:
    """The field, for fewer people than its type is."""
    field.metadata = {**field.metadata, _ACCESS: access}
    return field


def prop(description: str, expression: str = "") -> Any:
    """A property of the node, named like the field unless an expression over `this` (or `edge`) is given."""
    return _field(Prop(expression, "string"), description)


def for_viewer(pattern: str, description: str) -> Any:
    """Whether the pattern joins the person signed in, written `(viewer)`, and `this`; false for nobody."""
    exists = f"EXISTS {{ {pattern.replace('(viewer)', '(:User {id: $viewer})')} }}"
    return _field(Prop(exists, "boolean", signed_out="false"), description)


def count(pattern: str, description: str, *, cost: int = 1) -> Any:
    """How many patterns there are around `this`."""
    return _field(Count(pattern, cost), description)


def embed(description: str) -> Any:
    """An object made of the same node's properties."""
    return _field(Embed(), description)


def one(pattern: str, description: str, *, visible: bool = True) -> Any:
    """The node at the end of a pattern; `visible=False` where seeing `this` already implies it."""
    return _field(One(pattern, visible), description)


First = Annotated[int | None, strawberry.argument(description="How many from the start, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]


def _read_page(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    return root[info.path.key]


def many(
    match: str,
    description: str,
    *,
    order: Order,
    total: str | None = None,
    cost: int = 1,
    backward: str | None = None,
) -> Any:
    """A connection in its one order, paged by keyset."""
    mapping = Many(match, {"DEFAULT": order}, "DEFAULT", total, cost, backward)
    return _field(mapping, description, _read_page)


def sorted_many(
    match: str, description: str, *, orders: Mapping[Any, Order], total: str | None = None, cost: int = 1
) -> Any:
    """A connection that the caller may sort; the first order is the default."""
    default, *_ = orders

    def read_sorted_page(
        root: Any,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        order_by: Any = default,
    ) -> Any:
        return root[info.path.key]

    described = strawberry.argument(description="Which comes first; cursors hold for one order only.")
    read_sorted_page.__annotations__["order_by"] = Annotated[type(default), described]
    mapping = Many(match, {key.name: order for key, order in orders.items()}, default.name, total, cost)
    return _field(mapping, description, read_sorted_page)


def mapped(mapping: FieldMapping, description: str, reader: Any) -> Any:
    """A field with a mapping of its own; `reader` names its arguments."""
    return _field(mapping, description, reader)


def ranked(ranker: Any, label: str, description: str, *, cost: int, reader: Any = _read_page) -> Any:
    """A connection to nodes of the label that a ranker orders; `reader` names its arguments beside those of pages."""
    return _field(ranked_by(ranker, label, cost), description, reader)


def value(description: str, expression: str = "") -> Any:
    """What a ranker gave: of an item, by an expression over `edge`; of the whole list, named like the field."""
    return _field(Value(expression), description)


def root(resolver: Any, match: str, description: str, *, spelt: Callable[[str], str] | None = None) -> Any:
    """A root field for one node found by `$key`, the value of the resolver's only argument, `spelt` as in the graph."""
    (argument,) = (name for name in resolver.__annotations__ if name not in ("root", "info", "return"))
    return _field(Root(argument, match, spelt), description, resolver)


def mine(match: str, description: str) -> Any:
    """A root field for what belongs to the person signed in, found by `$viewer`; null for nobody."""
    return _field(Mine(match), description)


def ref(description: str, *, label: str = "") -> Any:
    """A node that a mutation or an event is about; its id comes from there, its fields from the graph.

    `label` is that of the node where the type is named otherwise.
    """
    return _field(Ref(label), description)


def by_id(resolver: Any, description: str, *, argument: str, many: bool) -> Any:
    """A root field that finds nodes of any type by global id."""
    return _field(ById(argument, many), description, resolver)


def computed(resolver: Any, description: str, *, cost: int = 5, **needs: str) -> Any:
    """A field that a resolver computes from expressions over `this` or `edge`, found in `root.needs` by name."""
    return _field(Computed(needs, cost), description, resolver)


_VISIBLE = "__graph_visible__"
_OPEN_TO = "__open_to__"


def open_to(access: Access) -> Any:
    """Class decorator: who may read the fields of this type; without it, nobody may."""

    def mark(cls: type) -> type:
        setattr(cls, _OPEN_TO, access)
        return cls

    return mark


def visible_when(rule: Visibility) -> Any:
    """Class decorator: every traversal that reaches this type carries the rule."""

    def mark(cls: type) -> type:
        setattr(cls, _VISIBLE, rule)
        return cls

    return mark


def schema_mapping(schema: GraphQLSchema) -> SchemaMapping:
    """The map of the graph that the schema's types declare, by GraphQL type name."""
    found: dict[str, TypeMapping] = {}
    for name, graphql_type in schema.type_map.items():
        definition = (graphql_type.extensions or {}).get("strawberry-definition")
        if not isinstance(graphql_type, GraphQLObjectType) or definition is None:
            continue
        fields = {
            key: mapping
            for key, field in graphql_type.fields.items()
            if (mapping := _mapping_of(key, field.type, (field.extensions or {}).get("strawberry-definition")))
        }
        own: Access = getattr(definition.origin, _OPEN_TO, NOBODY)
        access = {key: _access_of(field.extensions, own) for key, field in graphql_type.fields.items()}
        label = name if any(one.name == "Node" for one in graphql_type.interfaces) else None
        found[name] = TypeMapping(name, label, getattr(definition.origin, _VISIBLE, None), fields, access)
    return found


def _access_of(extensions: Mapping[str, Any] | None, own: Access) -> Access:
    field: StrawberryField | None = (extensions or {}).get("strawberry-definition")
    access: Access = field.metadata.get(_ACCESS, own) if field else own
    return access


def _mapping_of(name: str, output: GraphQLOutputType, field: StrawberryField | None) -> FieldMapping | None:
    mapping: FieldMapping | None = field.metadata.get(_GRAPH) if field else None
    if isinstance(mapping, Prop):
        kind = _KINDS.get(get_named_type(output).name, mapping.kind)
        return Prop(mapping.expression or f"this.{name}", kind, mapping.signed_out)
    if isinstance(mapping, Value):
        return Value(mapping.expression or name)
    if isinstance(mapping, Ref):
        return Ref(mapping.label or get_named_type(output).name)
    return mapping
