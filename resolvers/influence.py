"""Whom a brand could work with, as its staff and analysts see it."""

from __future__ import annotations

from dataclasses import asdict

from graph import influence
from graph.errors import Invalid
from graph.influence import BrandOrder
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from resolvers.act import Act


async def brand_influencers(act: Act, page: Page, *, brand_id: str, order: BrandOrder) -> Ranking:
    """The ranking of creators for a brand, found anew for each page."""
    database, name = act.services.database, f"{brand_id} {order.value}"
    await influence.require_reader(database, viewer_id=act.viewer_id, brand_id=brand_id)
    if page.keys is not None and page.keys[0] != name:
        raise Invalid("this cursor is of another list", field=("after",))
    since = act.now - act.services.influence.window
    found = await influence.brand_creators(database, brand_id=brand_id, since=since, order=order)
    return Ranking(name, [asdict(one) for one in found])
