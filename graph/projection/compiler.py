"""Writes the one Cypher statement that reads all a selection asks for, and the shapers of its single row.

The text is canonical: variables are named by position, fields stand in the order of their names, aliases and values
stay out. Equal shapes therefore share one plan of the database, whatever their clients call things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from graph.projection import shape
from graph.projection.mapping import (
    ById,
    Computed,
    Count,
    Embed,
    Kind,
    Many,
    Mine,
    One,
    Order,
    Prop,
    Ref,
    Root,
    SchemaMapping,
    Value,
    Visibility,
)
from graph.projection.pages import Page
from graph.projection.selection import Field, Selection
from graph.projection.shape import EVERYTHING, PageShaper, RowShaper, Shaper

_VARIABLE = re.compile(r"(?<![.$:\w])(this|that|edge|via)\b")
_REACH = re.compile(r"\$reach\(([\w.]+)\)")
_TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a request's arguments changes the text: the form of each page, the labels of each look-up by id."""

    pages: tuple[tuple[bool, bool, str], ...]
    labels: tuple[tuple[str, ...], ...]
    signed_in: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement with its shapers; `strict` is None when some field needs a resolver."""

    text: str
    strict: Shaper | None
    lenient: Shaper


def compile_selection(
    mapping: SchemaMapping, selection: Selection, numbers: Mapping[int, int], form: Shape
) -> Compiled:
    """The statement of a selection; `numbers` numbers the parameters of fields, by identity."""
    text, lenient = Compiler(mapping, numbers, form, strict=False).root(selection)
    strict = None
    if not any(_needs_engine(field) for field in selection.fields):
        strict = Compiler(mapping, numbers, form, strict=True).root(selection)[1]
    return Compiled(text, strict, lenient)


class _Row:
    """The list literal that one object is read as; equal expressions share a slot."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}

    def slot(self, expression: str) -> int:
        return self._slots.setdefault(expression, len(self._slots))

    def __str__(self) -> str:
        return f"[{', '.join(self._slots)}]"


def walk(selection: Selection) -> Iterator[Field]:
    """Every field that is read from the graph, outermost first, in canonical order."""
    for field in _sorted(selection):
        yield field
        for below in field.below.values():
            yield from walk(below)


def _sorted(selection: Selection) -> list[Field]:
    return sorted(selection.fields, key=lambda field: field.name)


class Compiler:
    """Compiles one selection for one shape of its arguments."""

    def __init__(self, mapping: SchemaMapping, numbers: Mapping[int, int], form: Shape, *, strict: bool) -> None:
        self._mapping = mapping
        self._numbers = numbers
        self._form = form
        self._strict = strict
        self._nodes = 0

    def root(self, selection: Selection) -> tuple[str, Shaper]:
        """The statement, and the shaper of its row."""
        row = _Row()
        items: dict[str, tuple[str, int, Shaper]] = {}
        for field in _sorted(selection):
            mapping = field.mapping
            if field.name == _TYPENAME:
                items[field.key] = (field.key, EVERYTHING, shape.constant(selection.type_name))
            elif isinstance(mapping, Root | Ref):
                items[field.key] = (field.key, *self._unique(row, field, _match_of(mapping)))
            elif isinstance(mapping, Mine):
                items[field.key] = (field.key, *self._mine(row, field, mapping))
            elif isinstance(mapping, ById):
                items[field.key] = (field.key, *self._by_id(row, field, mapping))
            elif isinstance(mapping, Many):
                items[field.key] = (field.key, *self._many(row, field, mapping, ""))
        ordered = [items[field.key] for field in selection.fields if field.key in items]
        shaper = shape.obj(selection.type_name, ordered, (), strict=self._strict)
        return f"RETURN {row} AS row", shaper

    def _mine(self, row: _Row, field: Field, mapping: Mine) -> tuple[int, Shaper]:
        (below,) = field.below.values()
        names = self._names("")
        inner_row, inner = self._object(below, names)
        text = f"COLLECT {{ {_fill(mapping.match, names)} RETURN {inner_row} LIMIT 1 }}"
        slot = row.slot(text if self._form.signed_in else "[]")
        return slot, shape.one(inner, nullable=_nullable(field), strict=self._strict)

    def _unique(self, row: _Row, field: Field, match: str) -> tuple[int, Shaper]:
        (below,) = field.below.values()
        names = self._names("")
        number = self._numbers[id(field)]
        text = _fill(match, names).replace("$key", f"$key{number}")
        inner_row, inner = self._object(below, names)
        visible = self._visible(below.type_name, names)
        slot = row.slot(f"COLLECT {{ {text} WHERE {visible} RETURN {inner_row} LIMIT 1 }}")
        return slot, shape.one(inner, nullable=_nullable(field), strict=self._strict)

    def _by_id(self, row: _Row, field: Field, mapping: ById) -> tuple[int, Shaper]:
        number = self._numbers[id(field)]
        inner_by_label: dict[str, Shaper] = {}
        texts = []
        for label in self._form.labels[number]:
            below = field.below[label]
            names = self._names("")
            inner_row, inner_by_label[label] = self._object(below, names)
            visible = self._visible(below.type_name, names)
            texts.append(
                f"COLLECT {{ UNWIND $ids{number}_{label} AS id{number} "
                f"MATCH ({names['that']}:{label} {{id: id{number}}}) WHERE {visible} "
                f"RETURN [{names['that']}.id, {inner_row}] }}"
            )
        slot = row.slot(f"[{', '.join(texts)}]")
        return slot, shape.by_id(number, list(inner_by_label.values()), many=mapping.many)

    def _object(self, selection: Selection, names: Mapping[str, str], row: _Row | None = None) -> tuple[_Row, Shaper]:
        """The row and shaper of the fields of `that` (or of `edge`)."""
        row = row or _Row()
        items: dict[str, tuple[str, int, Shaper]] = {}
        needs: list[tuple[str, int]] = []
        for field in _sorted(selection):
            found = self._field(row, field, selection, names)
            if found is not None:
                items[field.key] = (field.key, *found)
            elif isinstance(field.mapping, Computed):
                needs += [(name, row.slot(_below(text, names))) for name, text in field.mapping.needs.items()]
        ordered = [items[field.key] for field in selection.fields if field.key in items]
        return row, shape.obj(selection.type_name, ordered, needs, strict=self._strict)

    def _field(self, row: _Row, field: Field, parent: Selection, names: Mapping[str, str]) -> tuple[int, Shaper] | None:
        mapping = field.mapping
        output = field.definition.type
        if field.name == _TYPENAME:
            return EVERYTHING, shape.constant(parent.type_name)
        if isinstance(mapping, Prop):
            text = _below(self._expression(mapping), names)
            return row.slot(_rendered(text, mapping.kind)), shape.leaf(output, strict=self._strict)
        if isinstance(mapping, Value):
            return row.slot(_below(mapping.expression, names)), self._value(field)
        if isinstance(mapping, Count):
            slot = row.slot(f"COUNT {{ {_below(mapping.pattern, names)} }}")
            return slot, shape.leaf(output, strict=self._strict)
        if isinstance(mapping, Embed):
            (below,) = field.below.values()
            return EVERYTHING, self._object(below, names, row=row)[1]
        if isinstance(mapping, One):
            return self._one(row, field, mapping, names["that"])
        if isinstance(mapping, Many):
            return self._many(row, field, mapping, names["that"], names["edge"])
        return None

    def _value(self, field: Field) -> Shaper:
        if not field.below:
            return shape.leaf(field.definition.type, strict=self._strict)
        (below,) = field.below.values()
        items = [(one.key, one.name, self._value(one)) for one in below.fields if one.name != _TYPENAME]
        typenames = [one.key for one in below.fields if one.name == _TYPENAME]
        return shape.value(field.definition.type, below.type_name, items, typenames, strict=self._strict)

    def _expression(self, mapping: Prop) -> str:
        return mapping.expression if self._form.signed_in or mapping.signed_out is None else mapping.signed_out

    def _one(self, row: _Row, field: Field, mapping: One, this: str) -> tuple[int, Shaper]:
        (below,) = field.below.values()
        names = self._names(this)
        condition = self._visible(below.type_name, names) if mapping.visible else "true"
        inner_row, inner = self._object(below, names)
        match = _fill(mapping.pattern, names)
        slot = row.slot(f"COLLECT {{ MATCH {match} WHERE {condition} RETURN {inner_row} LIMIT 1 }}")
        return slot, shape.one(inner, nullable=_nullable(field), strict=self._strict)

    def _many(self, row: _Row, field: Field, mapping: Many, this: str, edge: str = "") -> tuple[int, Shaper]:
        (below,) = field.below.values()
        number = self._numbers[id(field)]
        backward, after, order_name = self._form.pages[number]
        order = mapping.orders[order_name]
        names = self._names(this)
        inner_row, items, cursor_slots = self._page_items(below, order, names)
        visible = self._visible(_node_type(field), names)
        page = _after(order, names, number, backward=backward) if after else "true"
        match = order.match or (mapping.match_backward if backward else None) or mapping.match
        if "$page" not in match:
            match = f"{match} WHERE $visible AND $page"
        carried = ", ".join(names[name] for name in order.carries)
        match = _REACH.sub(lambda found: _reach(order, found[1], number, after=after, backward=backward), match)
        match = _fill(match, names).replace("$visible", visible).replace("$page", page)
        match = match.replace("$edge", edge)
        for own in ("limit", "ranked", *mapping.arguments):
            match = match.replace(f"${own}", f"${own}{number}")
        text = (
            f"COLLECT {{ {match} WITH {carried} ORDER BY {_order_by(order, names, backward=backward)} "
            f"LIMIT $limit{number} RETURN {inner_row} }}"
        )
        whole = {
            "total": (_fill(mapping.total, names) if mapping.total else "NULL")
            if any(one.name == "totalCount" for one in below.fields)
            else "",
            "told": f"$told{number}"
            if order.ranked and any(isinstance(one.mapping, Value) for one in below.fields)
            else "",
        }
        if any(whole.values()):
            beside = "".join(f", {name}: {expression}" for name, expression in whole.items() if expression)
            text = f"{{rows: {text}{beside}}}"
        return row.slot(text), shape.connection(below.type_name, number, cursor_slots, items, strict=self._strict)

    def _page_items(
        self, connection: Selection, order: Order, names: Mapping[str, str]
    ) -> tuple[_Row, list[tuple[str, PageShaper]], Sequence[int]]:
        row = _Row()
        cursor_slots: list[int] = []
        if _wants_cursor(connection):
            cursor_slots = [row.slot(_rendered(_fill(key, names), kind)) for key, kind in order.keys]
        items = {field.key: self._page_item(row, field, connection, names) for field in _sorted(connection)}
        return row, [(field.key, items[field.key]) for field in connection.fields], cursor_slots

    def _page_item(self, row: _Row, field: Field, connection: Selection, names: Mapping[str, str]) -> PageShaper:
        if field.name == _TYPENAME:
            return lambda _page: connection.type_name
        if field.name == "totalCount":
            return lambda page: page.total
        if isinstance(field.mapping, Value):
            name, value = field.mapping.expression, self._value(field)
            return lambda page: value(page.told.get(name), page.asked)
        (below,) = field.below.values()
        if field.name == "pageInfo":
            return shape.page_info(below.type_name, [(one.key, one.name) for one in below.fields], strict=self._strict)
        if field.name == "nodes":
            return shape.nodes(self._object(below, names, row=row)[1])
        items: dict[str, RowShaper] = {}
        needs: list[tuple[str, int]] = []
        for one in _sorted(below):
            if isinstance(one.mapping, Computed):
                needs += [(name, row.slot(_below(text, names))) for name, text in one.mapping.needs.items()]
            else:
                items[one.key] = self._edge_item(row, one, below, names)
        ordered = [(one.key, items[one.key]) for one in below.fields if one.key in items]
        return shape.edges(below.type_name, ordered, needs, strict=self._strict)

    def _edge_item(self, row: _Row, field: Field, edge: Selection, names: Mapping[str, str]) -> RowShaper:
        if field.name == "cursor":
            return lambda row, page: page.cursor(row)
        if field.name == "node":
            (below,) = field.below.values()
            node = self._object(below, names, row=row)[1]
            return lambda row, page: node(row, page.asked)
        found = self._field(row, field, edge, names)
        assert found is not None, f"{edge.type_name}.{field.name} is not mapped"
        slot, shaper = found
        if slot == EVERYTHING:
            return lambda row, page: shaper(row, page.asked)
        return lambda row, page: shaper(row[slot], page.asked)

    def _visible(self, type_name: str, names: Mapping[str, str]) -> str:
        rule: Visibility | None = self._mapping[type_name].visible
        if rule is None:
            return "true"
        return _fill(rule.viewer if self._form.signed_in else rule.anyone, names)

    def _names(self, this: str) -> dict[str, str]:
        number = self._nodes
        self._nodes += 1
        return {"this": this, "that": f"n{number}", "edge": f"e{number}", "via": f"v{number}"}


def _match_of(mapping: Root | Ref) -> str:
    return mapping.match if isinstance(mapping, Root) else f"MATCH (that:{mapping.label} {{id: $key}})"


def _needs_engine(field: Field) -> bool:
    if field.name == _TYPENAME:
        return False
    if field.mapping is None and not _structural(field):
        return True
    if isinstance(field.mapping, Computed):
        return True
    return any(_needs_engine(one) for below in field.below.values() for one in below.fields)


def _structural(field: Field) -> bool:
    return field.name in ("edges", "nodes", "pageInfo", "totalCount", "cursor", "node", *shape.PAGE_INFO)


def _nullable(field: Field) -> bool:
    return not isinstance(field.definition.type, GraphQLNonNull)


def _fill(text: str, names: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: names[found[1]], text)


def _below(text: str, names: Mapping[str, str]) -> str:
    """A fragment written over `this`, for the node that was just reached as `that`."""
    return _fill(text, {**names, "this": names["that"]})


def _rendered(text: str, kind: Kind) -> str:
    return f"toString({text})" if kind == "datetime" else text


def _node_type(field: Field) -> str:
    connection = get_named_type(field.definition.type)
    assert isinstance(connection, GraphQLObjectType)
    return str(get_named_type(connection.fields["nodes"].type).name)


def _wants_cursor(connection: Selection) -> bool:
    for field in connection.fields:
        for below in field.below.values():
            wanted = {"edges": {"cursor"}, "pageInfo": {"startCursor", "endCursor"}}.get(field.name, set())
            if any(one.name in wanted for one in below.fields):
                return True
    return False


def _order_by(order: Order, names: Mapping[str, str], *, backward: bool) -> str:
    direction = "DESC" if order.descending != backward else "ASC"
    expressions = [*order.prefix, *(key for key, _ in order.keys)]
    return ", ".join(f"{_fill(text, names)} {direction}" for text in expressions)


def _after(order: Order, names: Mapping[str, str], number: int, *, backward: bool) -> str:
    """What stands behind the cursor: the first key bounds the index seek, the rest break its ties."""
    less = "<" if order.descending != backward else ">"
    keys = [(_fill(text, names), _after_value(kind, number, at)) for at, (text, kind) in enumerate(order.keys)]
    (first, first_value), *rest = keys
    if not rest:
        return f"{first} {less} {first_value}"
    ((second, second_value),) = rest
    return f"{first} {less}= {first_value} AND ({first} {less} {first_value} OR {second} {less} {second_value})"


def _after_value(kind: Kind, number: int, at: int) -> str:
    return f"datetime($after{number}_{at})" if kind == "datetime" else f"$after{number}_{at}"


def _reach(order: Order, key: str, number: int, *, after: bool, backward: bool) -> str:
    """That a key which equals the order's first does not stand before the cursor."""
    less = "<" if order.descending != backward else ">"
    return f"{key} {less}= {_after_value(order.keys[0][1], number, 0)}" if after else f"{key} IS NOT NULL"


def page_parameters(number: int, page: Page) -> dict[str, Any]:
    """The parameters of one page: one row more than asked for tells whether there is a next page."""
    parameters: dict[str, Any] = {f"limit{number}": page.size + 1}
    for at, key in enumerate(page.keys or ()):
        parameters[f"after{number}_{at}"] = key
    return parameters
