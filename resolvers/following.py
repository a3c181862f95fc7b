"""Whom and what people may want to follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graph import recommendation_lists as lists
from graph.errors import Invalid
from graph.following import Kind, suggestions
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from graph.recommendation_lists import Recommended
from graph.rules.following import Reason, Suggestion
from resolvers.act import Act

_NUMBER = "number of "
_MOST_INTERESTS = 20


def suggested(kind: Kind) -> Callable[[Act, Mapping[str, Any], Page], Awaitable[Ranking]]:
    """The ranker of a kind of suggestions: a list made for its first page, and the same for all of its pages."""

    async def rank(act: Act, arguments: Mapping[str, Any], page: Page) -> Ranking:
        database, viewer_id = act.services.database, act.viewer.id if act.viewer else None
        if page.keys is not None:
            found = await lists.find(database, list_id=page.keys[0], viewer_id=viewer_id, surface=kind.name)
            if found is None:
                raise Invalid("the list of this cursor is over; ask for its first page again", field=("after",))
        else:
            interests = arguments.get("interests") or ()
            if len(interests) > _MOST_INTERESTS:
                raise Invalid(f"at most {_MOST_INTERESTS} interests", field=("interests",))
            given = await suggestions(database, kind, viewer_id=viewer_id, interests=interests)
            items = [_recommended(one) for one in given]
            found = lists.keep(database, viewer_id=viewer_id, surface=kind.name, arm="", items=items, now=act.now)
        return Ranking(found.id, [_item(one) for one in found.items], {"recommendationId": found.id}, found.kept)

    return rank


def _recommended(one: Suggestion) -> Recommended:
    features = {part.reason.value: part.share for part in one.parts}
    features |= {_NUMBER + part.reason.value: float(part.number) for part in one.parts}
    return Recommended(one.id, one.score, features, [name for part in one.parts for name in part.named])


def _item(one: Recommended) -> Mapping[str, Any]:
    shares = [(share, reason) for reason in Reason if (share := one.features.get(reason.value)) is not None]
    reasons = [
        {"reason": reason.value, "number": int(one.features[_NUMBER + reason.value]), "share": share}
        for share, reason in sorted(shares, reverse=True)
    ]
    return {"id": one.id, "score": one.score, "reasons": reasons, "named": list(one.named)}
