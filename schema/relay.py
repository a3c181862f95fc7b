"""Global object identification and cursor connections, as Relay's specifications define them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import strawberry

from graph.projection.shape import Record
from graph.rules.access import ANYONE
from schema.mapped import open_to, plain, prop

T = TypeVar("T")


@strawberry.interface(description="Anything with a global id.")
class Node:
    id: strawberry.ID = prop("Global id, opaque to clients; the same id stands in the graph.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        """Whether what a statement brought is of this type."""
        return isinstance(obj, Record) and obj.typename == cls.__name__


@open_to(ANYONE)
@strawberry.type(description="Where a page stands in its connection.")
class PageInfo:
    has_next_page: bool = plain("Whether more comes after this page.")
    has_previous_page: bool = plain("Whether more comes before this page.")
    start_cursor: str | None = plain("Cursor of the first edge.")
    end_cursor: str | None = plain("Cursor of the last edge.")


@open_to(ANYONE)
@strawberry.type(description="One item of a connection and its place there.")
class Edge(Generic[T]):
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: T = plain("The item.")


@open_to(ANYONE)
@strawberry.type
class Page:
    """What every connection has beside its edges and nodes."""

    page_info: PageInfo = plain("Where this page stands.")
    total_count: int | None = plain("Length of the whole list; null where counting it would walk too much.")


@open_to(ANYONE)
@strawberry.type(description="One page of a list.")
class Connection(Page, Generic[T]):
    edges: list[Edge[T]] = plain("The items with their cursors.")
    nodes: list[T] = plain("The items alone.")
