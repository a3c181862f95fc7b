"""Recommendations: candidates by traversal, scored and arranged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from graph import embeddings, recommendations
from graph import recommendation_sources as sources
from graph.database import Database
from graph.recommendation_lists import Recommended
from graph.recommendation_sources import Asking, Strengths
from graph.recommendations import Candidate as TakenUp
from graph.rules.heat import HeatLaw
from graph.rules.ranking import Candidate, Scored, Source, Weights, arrange, blend, reordered

LONGEST = 100  # items of one list
_FEW_KNOWN, _NEAR = 60, 40  # with fewer known, so many that meaning brings
_CANDIDATES = 150  # of those that follow from what the viewer took up


Learned: TypeAlias = Callable[[Sequence[Mapping[str, float]]], Sequence[float]]
"""Scores of things by their features; only the order of scores means anything."""


class _Sources(Protocol):
    async def __call__(self, database: Database, asking: Asking, *, heat: HeatLaw, now: datetime) -> Strengths: ...


@dataclass(frozen=True, slots=True)
class Surface:
    """What is recommended: its name, the label of its things, where they come from, and what their scores depend on."""

    name: str
    label: str
    taken_up: Callable[..., Awaitable[list[TakenUp]]]
    sources: _Sources
    candidates: Callable[[Database, Asking, Strengths], Awaitable[list[Candidate]]]


PRODUCTS = Surface("products", "Product", recommendations.product_candidates, sources.product_sources, sources.products)
NOTES = Surface("notes", "Note", recommendations.note_candidates, sources.note_sources, sources.notes)
SURFACES: Mapping[str, Surface] = {one.name: one for one in (PRODUCTS, NOTES)}


async def recommend(
    database: Database,
    surface: Surface,
    asking: Asking,
    *,
    weights: Weights,
    heat: HeatLaw,
    now: datetime,
    size: int = LONGEST,
    learned: Learned | None = None,
) -> list[Scored]:
    """The best `size` things for whom it is asked, arranged.

    `learned` orders them by what their scores are made of, before they are arranged.
    """
    known, others = await asyncio.gather(
        _known(database, surface, asking), surface.sources(database, asking, heat=heat, now=now)
    )
    candidates = await surface.candidates(database, asking, _together(known, others))
    scored = blend(candidates, weights, now=now)
    if learned is not None:
        scored = reordered(scored, learned([_features(one, now) for one in scored]))
    return arrange(scored, weights, size=size)


def recommended(scored: Sequence[Scored], *, now: datetime) -> list[Recommended]:
    """A list as it is kept: with the parts of each score, and what else it rested on."""
    return [Recommended(one.candidate.id, one.standing, _features(one, now)) for one in scored]


def _features(one: Scored, now: datetime) -> Mapping[str, float]:
    features = {source.value: part for source, part in one.parts.items()}
    features["blended"] = one.score
    features["shown"] = float(one.candidate.shown)
    if one.candidate.published_at is not None:
        features["age_days"] = (now - one.candidate.published_at).total_seconds() / 86_400
    if one.candidate.rating is not None:
        features["rating"] = one.candidate.rating
    return features


def _together(one: Strengths, other: Strengths) -> Strengths:
    """Both; of a source that brings a thing by two ways, the sum."""
    found = {thing: dict(strengths) for thing, strengths in one.items()}
    for thing, strengths in other.items():
        mine = found.setdefault(thing, {})
        for source, strength in strengths.items():
            mine[source] = mine.get(source, 0.0) + strength
    return found


async def _known(database: Database, surface: Surface, asking: Asking) -> Strengths:
    """What follows from what the viewer took up, and while that is little, from what they say of themselves."""
    known = await _taken_up(database, surface, asking)
    if len(known) < _FEW_KNOWN:
        for one, strength in (await _near_in_meaning(database, surface, asking)).items():
            known.setdefault(one, {})[Source.CONTENT] = strength
    return known


async def _near_in_meaning(database: Database, surface: Surface, asking: Asking) -> Mapping[str, float]:
    """What is near to what the viewer says of themselves, for those who have not done much yet."""
    if asking.viewer_id is None or asking.viewer_id in asking.excluded:
        return {}
    found = await embeddings.near_person(database, user_id=asking.viewer_id, label=surface.label, count=_NEAR)
    return {one.id: one.score for one in found}


async def _taken_up(database: Database, surface: Surface, asking: Asking) -> dict[str, dict[Source, float]]:
    if asking.viewer_id is None:
        return {}
    found = await surface.taken_up(
        database,
        viewer_id=asking.viewer_id,
        limit=_CANDIDATES,
        behaviour=asking.behaviour,
        excluded=asking.excluded,
        category_id=asking.categories[0] if len(asking.categories) == 1 else None,
    )
    return {
        one.id: {
            source: strength
            for source, strength in (
                (Source.SIMILAR, one.similar), (Source.TASTE, one.taste), (Source.FOLLOWED, one.followed)
            )
            if strength
        }
        for one in found
    }  # fmt: skip
