"""The home feed, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph import recommendation_lists as lists
from graph.errors import Invalid
from graph.feed import rank_feed
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from graph.recommendation_lists import Recommended
from graph.rules.feed_score import FeedScore
from resolvers.act import Act

SURFACE = "feed"


async def ranked_feed(act: Act, arguments: Mapping[str, Any], page: Page) -> Ranking:
    """The viewer's feed as it was ranked for its first page, for all of its pages; nobody's is empty.

    Raises Invalid for a list that is over.
    """
    if act.viewer is None:
        return Ranking("", [])
    database, viewer_id = act.services.database, act.viewer.id
    if page.keys is not None:
        found = await lists.find(database, list_id=page.keys[0], viewer_id=viewer_id, surface=SURFACE)
        if found is None:
            raise Invalid("the list of this cursor is over; ask for its first page again", field=("after",))
    else:
        include = [one.name for one in arguments["include"]]
        notes = await rank_feed(database, viewer_id=viewer_id, include=include, law=act.services.feed, now=act.now)
        items = [_recommended(one) for one in notes]
        found = lists.keep(database, viewer_id=viewer_id, surface=SURFACE, arm="", items=items, now=act.now)
    return Ranking(found.id, [{"id": one.id} for one in found.items], {"recommendationId": found.id}, found.kept)


def _recommended(one: FeedScore) -> Recommended:
    features = {"affinity": one.affinity, "freshness": one.freshness, "heat": one.heat, "fatigue": one.fatigue}
    return Recommended(one.note.id, one.score, features)
