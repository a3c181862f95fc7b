"""Page arguments of a connection, as Relay's cursor connections define them.

Source: GraphQL Cursor Connections Specification (Relay), sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import Invalid
from graph.projection import cursors
from graph.projection.mapping import Many


@dataclass(frozen=True, slots=True)
class Page:
    """One page: how many, from which end, after which sort keys (None: from the end itself), in which order."""

    size: int
    backward: bool
    keys: tuple[Any, ...] | None
    order: str

    @property
    def shape(self) -> tuple[bool, bool, str]:
        """What of a page changes the statement's text."""
        return self.backward, self.keys is not None, self.order


def page(many: Many, arguments: Mapping[str, Any], largest: int, field: str) -> Page:
    """The page that the arguments ask for. Raises Invalid, naming the argument and what is accepted."""
    first, last = arguments.get("first"), arguments.get("last")
    if (first is None) == (last is None):
        raise Invalid(f"{field}: pass either first or last, from 1 to {largest}", field=(field, "first"))
    argument, size = ("last", int(last or 0)) if first is None else ("first", int(first))
    if not 1 <= size <= largest:
        raise Invalid(f"{field}: {argument} must be from 1 to {largest}", field=(field, argument))
    backward = first is None
    allowed, other = ("before", "after") if backward else ("after", "before")
    if arguments.get(other) is not None:
        raise Invalid(f"{field}: {argument} goes with {allowed}, not with {other}", field=(field, other))
    order = arguments.get("orderBy")
    # Orders that the connection does not know are its ranker's affair.
    order_name: str = getattr(order, "name", order) if order is not None else many.default_order
    order_name = order_name if order_name in many.orders else many.default_order
    cursor = arguments.get(allowed)
    keys = None
    if cursor is not None:
        kinds = [kind for _, kind in many.orders[order_name].keys]
        keys = tuple(cursors.decode(cursor, kinds, allowed))
    return Page(size, backward, keys, order_name)
