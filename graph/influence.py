"""Influence for a brand, from the living graph: whose notes show its products, and whom its audience listens to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graph.database import Database
from graph.errors import Forbidden, NotFound
from graph.statements import beside

STATEMENTS = beside(__file__)
_READS = STATEMENTS["reads_influence"]
_CREATORS = STATEMENTS["brand_creators"]
_LISTENS = STATEMENTS["brand_listens_to"]

LONGEST = 200
OF_PRODUCT, OF_NOTE = 300, 500
COST = 2_000


class BrandOrder(StrEnum):
    """Who comes first for a brand."""

    PULL = "pull"
    CLOSENESS = "closeness"


@dataclass(frozen=True, slots=True)
class BrandCreator:
    """Somebody for a brand: notes with its products, how many of them paid for, what was done with these notes, orders
    of its products that they led to, and personalised PageRank from its audience (None: not among the closest)."""

    id: str
    notes: int = 0
    sponsored: int = 0
    engagement: int = 0
    orders: float = 0.0
    closeness: float | None = None


async def require_reader(database: Database, *, viewer_id: str, brand_id: str) -> None:
    """Returns for who works for the brand, and for analysts. Raises NotFound and Forbidden."""
    row = await database.row(_READS, viewer_id=viewer_id, brand_id=brand_id)
    if row is None:
        raise NotFound("no brand has this id", field=("brand_id",))
    if not row["allowed"]:
        raise Forbidden("this is for who works for the brand, and for analysts", field=("brand_id",))


async def brand_creators(
    database: Database, *, brand_id: str, since: datetime, order: BrandOrder
) -> list[BrandCreator]:
    """The first LONGEST of the order: by orders since then that they led to, or by how close the audience is.

    By orders, those whose notes show its products, ties by what was done with the notes; by closeness, those whom
    `job influence` found.
    """
    creators, listens = await asyncio.gather(
        database.rows(_CREATORS, brand_id=brand_id, since=since, of_product=OF_PRODUCT, of_note=OF_NOTE),
        database.rows(_LISTENS, brand_id=brand_id),
    )
    closeness = {row["id"]: row["closeness"] for row in listens}
    made = {row["id"]: BrandCreator(**row.data(), closeness=closeness.get(row["id"])) for row in creators}
    if order is BrandOrder.PULL:
        best = sorted(made.values(), key=lambda one: (-one.orders, -one.engagement, one.id))
    else:
        near = [made.get(one) or BrandCreator(one, closeness=value) for one, value in closeness.items()]
        best = sorted(near, key=lambda one: (-(one.closeness or 0.0), one.id))
    return best[:LONGEST]
