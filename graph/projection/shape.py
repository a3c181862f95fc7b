"""Turns the rows of a compiled statement into the answer.

A shaper is a function of (value, asked). There are two of each: a *strict* one builds the answer itself and raises
Unshapeable at whatever GraphQL would turn into an error; a *lenient* one builds what resolvers read and leaves
judging to the GraphQL engine. A request whose strict shaping fails is answered by the engine over the same rows, so
both ways give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
)

from graph.projection import cursors
from graph.projection.pages import Page

_INT_LIMIT = 2**31


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request's arguments its shapers need: pages and ids by the number of their field."""

    pages: tuple[Page, ...]
    ids: tuple[tuple[str, ...], ...]


Shaper = Callable[[Any, Asked], Any]


class Unshapeable(Exception):
    """The row holds something that the type does not allow; the GraphQL engine says what."""


class Record(dict[str, Any]):
    """What resolvers read: values by response key, with the type and what computed fields need."""

    __slots__ = ("needs", "typename")

    def __init__(self, typename: str, values: Mapping[str, Any], needs: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.typename = typename
        self.needs = needs


Items = Sequence[tuple[str, int, Shaper]]
PageShaper = Callable[["PageRows"], Any]
EVERYTHING = -1  # the slot of a shaper that reads the whole row


def time_text(value: str) -> str:
    """RFC 3339 text: Cypher leaves out seconds that are zero."""
    return value if len(value) > 17 else f"{value[:16]}:00Z"


def constant(value: Any) -> Shaper:
    """Always the same, such as a type's name."""
    return lambda _row, _asked: value


def leaf(output: GraphQLOutputType, *, strict: bool) -> Shaper:
    """A scalar or enum value."""
    named = get_named_type(output)
    if not strict:
        return _lenient_time if named.name == "DateTime" else _as_it_is
    inner = _enum_name(named) if isinstance(named, GraphQLEnumType) else _STRICT[named.name]
    if isinstance(get_nullable_type(output), GraphQLList):
        inner = _each(inner)
    if isinstance(output, GraphQLNonNull):
        return inner
    return lambda value, asked: None if value is None else inner(value, asked)


def _enum_name(named: GraphQLEnumType) -> Shaper:
    names: dict[str, str] = {getattr(one.value, "value", one.value): name for name, one in named.values.items()}

    def name_of(value: Any, _asked: Asked) -> str:
        try:
            return names[value]
        except (KeyError, TypeError):
            raise Unshapeable from None

    return name_of


def _each(item: Shaper) -> Shaper:
    """Values of a list that is never null, none of them null."""

    def values(value: Any, asked: Asked) -> list[Any]:
        if value.__class__ is not list:
            raise Unshapeable
        return [item(one, asked) for one in value]

    return values


def _as_it_is(value: Any, _asked: Asked) -> Any:
    return value


def _lenient_time(value: Any, _asked: Asked) -> Any:
    return time_text(value) if isinstance(value, str) else value


def _string(value: Any, _asked: Asked) -> str:
    if value.__class__ is str:
        return value
    raise Unshapeable


def _integer(value: Any, _asked: Asked) -> int:
    if value.__class__ is int and -_INT_LIMIT <= value < _INT_LIMIT:
        return value
    raise Unshapeable


def _long(value: Any, _asked: Asked) -> int:
    if value.__class__ is int:
        return value
    raise Unshapeable


def _float(value: Any, _asked: Asked) -> float:
    if value.__class__ is float and math.isfinite(value):
        return value
    raise Unshapeable


def _boolean(value: Any, _asked: Asked) -> bool:
    if value.__class__ is bool:
        return value
    raise Unshapeable


def _time(value: Any, _asked: Asked) -> str:
    if value.__class__ is str:
        return time_text(value)
    raise Unshapeable


_STRICT: Mapping[str, Shaper] = {
    "ID": _string,
    "String": _string,
    "Int": _integer,
    "MinorUnits": _long,
    "Float": _float,
    "Boolean": _boolean,
    "DateTime": _time,
}


def obj(typename: str, items: Items, needs: Sequence[tuple[str, int]], *, strict: bool) -> Shaper:
    """An object whose row is a list: each item takes one slot of it (or all) to one response key."""
    if strict:
        return lambda row, asked: {key: shaper(row[slot] if slot >= 0 else row, asked) for key, slot, shaper in items}

    def record(row: Any, asked: Asked) -> Record:
        values = {key: shaper(row[slot] if slot >= 0 else row, asked) for key, slot, shaper in items}
        return Record(typename, values, {name: row[slot] for name, slot in needs})

    return record


def one(inner: Shaper, *, nullable: bool, strict: bool) -> Shaper:
    """The only object of a list, or null when the list is empty."""
    refuse = strict and not nullable

    def only(found: Any, asked: Asked) -> Any:
        if found:
            return inner(found[0], asked)
        if refuse:
            raise Unshapeable
        return None

    return only


def value(
    output: GraphQLOutputType,
    typename: str,
    items: Sequence[tuple[str, str, Shaper]],
    typenames: Sequence[str],
    *,
    strict: bool,
) -> Shaper:
    """An object that the row holds by field names, or a list of such: each item takes one name to one response key."""

    def of(found: Any, asked: Asked) -> Any:
        if found is None:
            if strict and isinstance(output, GraphQLNonNull):
                raise Unshapeable
            return None
        values = {key: shaper(found.get(name), asked) for key, name, shaper in items}
        values |= dict.fromkeys(typenames, typename)
        return values if strict else Record(typename, values, {})

    if isinstance(get_nullable_type(output), GraphQLList):
        return lambda found, asked: [of(one, asked) for one in found or ()]
    return of


def by_id(number: int, inner: Sequence[Shaper], *, many: bool) -> Shaper:
    """The nodes of the look-up's ids, in the order of the ids; null for one that is not there."""

    def found(lists: Any, asked: Asked) -> Any:
        by_id = {row[0]: shaper(row[1], asked) for rows, shaper in zip(lists, inner, strict=True) for row in rows}
        ids = asked.ids[number]
        return [by_id.get(one) for one in ids] if many else by_id.get(ids[0])

    return found


class PageRows:
    """One page as read: its rows in the connection's order, and what its PageInfo tells."""

    __slots__ = ("_keys", "_page", "asked", "more", "rows", "told", "total")

    def __init__(self, found: Any, page: Page, asked: Asked, keys: Sequence[int]) -> None:
        self.rows: list[Any] = found["rows"] if found.__class__ is dict else found
        self.total: int | None = found.get("total") if found.__class__ is dict else None
        self.told: Mapping[str, Any] = found.get("told", {}) if found.__class__ is dict else {}
        self.more = len(self.rows) > page.size
        if self.more:
            self.rows = self.rows[: page.size]
        if page.backward:
            self.rows = self.rows[::-1]
        self.asked = asked
        self._page = page
        self._keys = keys

    def cursor(self, row: Any) -> str:
        """The cursor of a row."""
        return cursors.encode([row[slot] for slot in self._keys])

    def info(self, name: str) -> Any:
        """A field of PageInfo, by its GraphQL name.

        Backwards from a cursor, what the cursor stood on is known to follow; the same holds the other way round.
        """
        if name in ("hasNextPage", "hasPreviousPage"):
            ahead = self._page.backward == (name == "hasPreviousPage")
            return self.more if ahead else self._page.keys is not None
        if not self.rows:
            return None
        return self.cursor(self.rows[0] if name == "startCursor" else self.rows[-1])


PAGE_INFO = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
RowShaper = Callable[[Any, PageRows], Any]


def connection(
    typename: str, number: int, keys: Sequence[int], items: Sequence[tuple[str, PageShaper]], *, strict: bool
) -> Shaper:
    """A page of rows; `keys` are the slots of a row's cursor."""

    def page_of(found: Any, asked: Asked) -> Any:
        page = PageRows(found, asked.pages[number], asked, keys)
        values = {key: shaper(page) for key, shaper in items}
        return values if strict else Record(typename, values, {})

    return page_of


def edges(
    typename: str, items: Sequence[tuple[str, RowShaper]], needs: Sequence[tuple[str, int]], *, strict: bool
) -> PageShaper:
    """One edge for each row of the page."""
    if strict:
        return lambda page: [{key: shaper(row, page) for key, shaper in items} for row in page.rows]

    def record(row: Any, page: PageRows) -> Record:
        values = {key: shaper(row, page) for key, shaper in items}
        return Record(typename, values, {name: row[slot] for name, slot in needs})

    return lambda page: [record(row, page) for row in page.rows]


def nodes(inner: Shaper) -> PageShaper:
    """One node for each row of the page."""
    return lambda page: [inner(row, page.asked) for row in page.rows]


def page_info(typename: str, names: Sequence[tuple[str, str]], *, strict: bool) -> PageShaper:
    """PageInfo: the named fields by response key."""

    def info(page: PageRows) -> Any:
        values = {key: typename if name == "__typename" else page.info(name) for key, name in names}
        return values if strict else Record(typename, values, {})

    return info
