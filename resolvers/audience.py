"""Audiences, for brands' staff and analysts, and for everybody their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from graph import audience as graph_audience
from graph import audience_overlap as graph_overlap
from graph.audience import Audience
from graph.audience_overlap import FEWEST, MOST, AudienceOverlap
from graph.errors import Forbidden, Invalid
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from resolvers.act import Act


async def audience(act: Act, *, user_id: str) -> Audience | None:
    """Who follows somebody; None for who may not know. Raises Conflict where it is not known yet."""
    database, viewer = act.services.database, act.viewer
    if viewer is None or not (viewer.id == user_id or await reads_all(act)):
        return None
    sizes = await graph_audience.sizes(database, viewer_id=viewer.id, ids=[user_id])
    since = act.now - act.services.influence.window
    return await graph_audience.audience(database, act.services.audience, sizes[user_id], since=since)


async def audience_overlap(act: Act, *, creator_ids: Sequence[str]) -> AudienceOverlap:
    """What the audiences of several people share. Raises SignInRequired, Forbidden, Invalid, NotFound or Conflict."""
    viewer_id, field = act.viewer_id, ("creator_ids",)
    if not await reads_all(act):
        raise Forbidden("this is for those who work for a brand, and for analysts")
    if not FEWEST <= len(creator_ids) <= MOST or len(set(creator_ids)) < len(creator_ids):
        raise Invalid(f"{FEWEST} to {MOST} people, each named once", field=field)
    sizes = await graph_audience.sizes(act.services.database, viewer_id=viewer_id, ids=creator_ids)
    return await graph_overlap.audience_overlap(act.services.database, act.services.audience, sizes)


async def lookalikes(act: Act, page: Page, *, creator_id: str) -> Ranking:
    """People with audiences like somebody's, found anew for each page. Raises as `audience_overlap` does."""
    if act.viewer_id != creator_id and not await reads_all(act):
        raise Forbidden("this is for the person, for those who work for a brand, and for analysts")
    if page.keys is not None and page.keys[0] != creator_id:
        raise Invalid("this cursor is of another list", field=("after",))
    database = act.services.database
    sizes = await graph_audience.sizes(database, viewer_id=act.viewer_id, ids=[creator_id])
    found = await graph_audience.lookalikes(database, act.services.audience, sizes[creator_id])
    return Ranking(creator_id, [asdict(one) for one in found])


async def reads_all(act: Act) -> bool:
    """Whether who asks may read of anybody's audience. Raises SignInRequired."""
    return await graph_audience.reads_audiences(act.services.database, viewer_id=act.viewer_id)
