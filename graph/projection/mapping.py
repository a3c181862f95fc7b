"""Where a field lives in the graph: the vocabulary in which a GraphQL type is a map of the graph.

Fragments of Cypher in a mapping are written by us, never by a caller, over these variables only: `this` (the node
whose field it is), `that` (the node reached), `edge` (the relationship between) and `via` (a node on the way). The
compiler renames them by position, so that equal shapes give equal text. Values of a caller are parameters.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from graph.rules.access import Access

if TYPE_CHECKING:
    from graph.projection.pages import Page

Kind = Literal["string", "integer", "float", "boolean", "datetime", "strings"]


@dataclass(frozen=True, slots=True)
class Prop:
    """A value read by an expression over `this` (or, in an edge type, `edge`).

    One that depends on `$viewer` names in `signed_out` what it is for everybody else.
    """

    expression: str
    kind: Kind
    signed_out: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number of patterns around `this`; one that Neo4j reads from the degree store costs 1."""

    pattern: str
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Embed:
    """An object made of the same node's own properties, such as an amount with its currency."""


@dataclass(frozen=True, slots=True)
class One:
    """The one node at the end of a pattern; `visible` applies that node's visibility rule, else null is absence."""

    pattern: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of a connection: `keys` are expressions that never are null, all ascending or all descending.

    Leading `prefix` expressions are constant within one connection; they let the planner read an index in order.
    `carries` are the variables that live on after the cut: `edge` too where the edges of the page show it. `match`
    stands for the connection's own where this order has an index to itself. `ranked` is the order in which the
    connection's ranker gives; `cost` is what this order reads beside what the connection does.
    """

    keys: tuple[tuple[str, Kind], ...]
    descending: bool = False
    prefix: tuple[str, ...] = ()
    carries: tuple[str, ...] = ("that",)
    match: str | None = None
    ranked: bool = False
    cost: int = 0


def descending(key: str, kind: Kind, *, by: str | None = None) -> Order:
    """Largest first, ties by id; `by` is the leading expression of the index that holds that order."""
    return _order(key, kind, by, descending=True)


def ascending(key: str, kind: Kind, *, by: str | None = None) -> Order:
    """Smallest first, ties by id; `by` as in `descending`."""
    return _order(key, kind, by, descending=False)


def _order(key: str, kind: Kind, by: str | None, *, descending: bool) -> Order:
    carries = ("that", "edge") if key.startswith("edge.") else ("that",)
    return Order(((key, kind), ("that.id", "string")), descending, (by,) if by else (), carries)


@dataclass(frozen=True, slots=True)
class Many:
    """A connection: every `that` which `match` reaches, cut into pages by keyset.

    `match` is a reading clause with holes, each valid Cypher by itself: `$page` (the boolean that keeps what stands
    after the cursor), `$reach(key)` (that a key which equals the first of the order does not stand before the cursor,
    which bounds an index seek by that key), `$visible` (the boolean of the visibility rule) and `$limit` (one more than
    the page); in an edge type `$edge` (the edge whose field it is); and the field's own `arguments` by their names. A
    match that is a bare pattern gets both booleans behind it; `match_backward` serves `last` where the match itself
    depends on the direction.
    """

    match: str
    orders: Mapping[str, Order]
    default_order: str
    total: str | None = None
    cost: int = 1
    match_backward: str | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """A list that was found before the statement: its name, its items in order, and what is told of it as a whole.

    Each item has the `id` of its node and whatever edges show of it; values are such as Cypher takes as parameters.
    A cursor holds the list's name and a position, so a ranker that gives the same list for the same name pages stably.
    `pending` has begun, and is over before the answer is given: what keeps the list, say, while its nodes are read.
    """

    name: str
    items: Sequence[Mapping[str, Any]]
    told: Mapping[str, Any] = field(default_factory=dict)
    pending: Future[Any] | None = None


@dataclass(frozen=True, slots=True)
class Ranked(Many):
    """A connection whose items a ranker finds, for its `ranked` order; nodes are read as everywhere, if visible.

    The ranker gets what acts (services, viewer, time), the field's arguments and its page. It depends on nothing above
    the field, so only `Query` and `Viewer` have such connections.
    """

    ranker: Callable[[Any, Mapping[str, Any], Page], Awaitable[Ranking]] | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """What a ranker gave: a scalar, an object by field names, or a list of either.

    In an edge type it is read by `expression` over `edge`; in a connection by the name under which it was told.
    """

    expression: str


def ranked_order(label: str, *, cost: int = 0) -> Order:
    """The order in which a ranker gives nodes of the label; `cost` is what ranking reads."""
    keys: tuple[tuple[str, Kind], ...] = (("edge.list", "string"), ("edge.position", "integer"))
    match = f"UNWIND $ranked AS edge MATCH (that:{label} {{id: edge.id}})"
    return Order(keys, carries=("that", "edge"), match=match, ranked=True, cost=cost)


def ranked_by(ranker: Callable[[Any, Mapping[str, Any], Page], Awaitable[Ranking]], label: str, cost: int) -> Ranked:
    """The connection to nodes of one label in the order of the ranker; `cost` is what ranking reads."""
    return Ranked("", {"DEFAULT": ranked_order(label)}, "DEFAULT", cost=cost, ranker=ranker)


@dataclass(frozen=True, slots=True)
class Root:
    """One node found by a unique key of its label: `match` binds `that` from `$key`.

    `spelt` brings what the caller wrote into the spelling of the graph.
    """

    argument: str
    match: str
    spelt: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """The node of the viewer, null for nobody: `match` binds `that` from `$viewer`."""

    match: str


@dataclass(frozen=True, slots=True)
class Ref:
    """The node that a mutation or an event is about, whose id is known from there by the field's name."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class ById:
    """Nodes of any type, by global ids: the types are known from the ids' prefixes."""

    argument: str
    many: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """Not in the graph: a resolver computes it from `needs`, expressions over `this` by the name it reads.

    Such a value takes the slower way, through the engine, which `cost` pays for.
    """

    needs: Mapping[str, str] = field(default_factory=dict)
    cost: int = 5


FieldMapping = Prop | Count | Embed | One | Many | Root | Mine | Ref | ById | Computed | Value


@dataclass(frozen=True, slots=True)
class Visibility:
    """When a node may be seen: booleans over `that`, for anybody and (with `$viewer`) for who is signed in."""

    anyone: str
    viewer: str


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """One GraphQL object type: the label behind it (None: an edge, a connection or an embedded object)."""

    name: str
    label: str | None
    visible: Visibility | None
    fields: Mapping[str, FieldMapping]
    access: Mapping[str, Access]


SchemaMapping = Mapping[str, TypeMapping]
