"""What people are recommended, why, and what they leave out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph import recommendation_lists as lists
from graph import recommendation_sources as sources
from graph.database import Transaction
from graph.errors import Invalid
from graph.explanations import Path
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from graph.recommendation_lists import Recommended
from graph.recommendation_sources import Asking
from graph.recommending import NOTES, PRODUCTS, Learned, Surface, recommend, recommended
from graph.rules.ranking import Source
from resolvers.act import Act, Values, unit

_FIRST_PAGE = 20  # to be among so many is to be recommended
_TRIED = 5  # acts whose absence is tried one by one


async def recommended_products(act: Act, arguments: Mapping[str, Any], page: Page) -> Ranking:
    """The products that the viewer is recommended."""
    return await _ranking(act, PRODUCTS, arguments, page)


async def recommended_notes(act: Act, arguments: Mapping[str, Any], page: Page) -> Ranking:
    """The notes that the viewer is recommended."""
    return await _ranking(act, NOTES, arguments, page)


async def _ranking(act: Act, surface: Surface, arguments: Mapping[str, Any], page: Page) -> Ranking:
    viewer_id = act.viewer.id if act.viewer else None
    database = act.services.database
    if page.keys is not None:
        found = await lists.find(database, list_id=page.keys[0], viewer_id=viewer_id, surface=surface.name)
        if found is None:
            raise Invalid("the list of this cursor is over; ask for its first page again", field=("after",))
    else:
        asking = await sources.asking(
            database,
            viewer_id=viewer_id,
            category=arguments.get("category"),
            interests=arguments.get("interests") or (),
        )
        arm, weights = act.services.recommending.of(viewer_id or act.address)
        scored = await recommend(
            database,
            surface,
            asking,
            weights=weights,
            heat=act.services.heat,
            now=act.now,
            learned=_learned(act, surface),
        )  # fmt: skip
        found = lists.keep(
            database,
            viewer_id=viewer_id,
            surface=surface.name,
            arm=arm,
            items=recommended(scored, now=act.now),
            now=act.now,
        )
    return Ranking(found.id, [_item(one) for one in found.items], {"recommendationId": found.id}, found.kept)


def _learned(act: Act, surface: Surface) -> Learned | None:
    """The learned order, where a model serves; it was learned from people who are signed in."""
    serving = act.services.learned.get(surface.name) if act.viewer else None
    ranker = serving.ranker() if serving else None
    return ranker.scores if ranker else None


def _item(one: Recommended) -> Mapping[str, Any]:
    parts = {Source(name): part for name, part in one.features.items() if name in set(Source)}
    total = sum(max(part, 0.0) for part in parts.values())
    sources_of = [
        {"source": source.value, "share": max(part, 0.0) / total if total else 0.0}
        for source, part in sorted(parts.items(), key=lambda at: -at[1])
        if part > 0
    ]
    return {"id": one.id, "score": one.score, "sources": sources_of}


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The viewer's acts, each as the path that begins with it, without which the thing would not be recommended."""

    acts: Sequence[Path]
    removes: bool


async def counterfactual(
    act: Act, surface: Surface, asking: Asking, item_id: str, paths: Sequence[Path]
) -> Counterfactual:
    """The smallest of a few sets of acts without which the thing is not among the first, found by ranking without them.

    Each act is left out by itself, then those that help most together. `removes` is False when none of these
    is enough, as for what is popular anyway.
    """
    acts = list({path.act_on: path for path in paths if path.act_on is not None}.values())[:_TRIED]
    for one in acts:
        if not await _recommended_without(act, surface, asking, item_id, [one]):
            return Counterfactual([one], True)
    for count in range(2, len(acts) + 1):
        if not await _recommended_without(act, surface, asking, item_id, acts[:count]):
            return Counterfactual(acts[:count], True)
    return Counterfactual(acts, False)


async def _recommended_without(act: Act, surface: Surface, asking: Asking, item_id: str, paths: Sequence[Path]) -> bool:
    without = [path.act_on for path in paths if path.act_on is not None]
    changed = replace(asking, excluded=[*asking.excluded, *without])
    _, weights = act.services.recommending.of(asking.viewer_id or "")
    first = await recommend(
        act.services.database, surface, changed, weights=weights, heat=act.services.heat, now=act.now, size=_FIRST_PAGE,
        learned=_learned(act, surface),
    )  # fmt: skip
    return item_id in {one.candidate.id for one in first}


@unit
async def exclude_from_recommendations(act: Act, tx: Transaction, given: Any) -> Values:
    """What no longer counts."""
    await lists.exclude(tx, viewer_id=act.viewer_id, subject_id=given.subject_id, now=act.now)
    return {"subject_id": given.subject_id}


@unit
async def include_in_recommendations(act: Act, tx: Transaction, given: Any) -> Values:
    """What counts again."""
    await lists.include(tx, viewer_id=act.viewer_id, subject_id=given.subject_id)
    return {"subject_id": given.subject_id}
