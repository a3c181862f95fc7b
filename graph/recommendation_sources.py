"""Candidates for a person: what several traversals of the live graph bring, with what their scores depend on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import neo4j

from graph.database import Database
from graph.errors import Invalid
from graph.rules.heat import HeatLaw, one_person
from graph.rules.ranking import Candidate, Source
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_CONTEXT = STATEMENTS["recommendation_context"]
_CATEGORY_IDS = STATEMENTS["category_ids"]
_PRODUCT_SOURCES = STATEMENTS["product_sources"]
_NOTE_SOURCES = STATEMENTS["note_sources"]

_HISTORY = 100  # notes whose products count
_AUTHORS = 300  # people followed whose latest note counts
_MAKERS = 30  # brands, topics, products and people of like taste that each bring a few
_EACH = 60  # candidates of one source
_FEW = 8  # candidates of one maker, topic or category
_FRESH = timedelta(days=7)
_POSTED = 1.0  # what a note of somebody followed counts on the scale of similarity: a usual edge
_USUAL_RATING, _USUAL_REVIEWS = 4.0, 5


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom candidates are found, and among what.

    `behaviour` is their consent to the use of views and clicks. What they did with the things in `excluded` does not
    count. `interests` are categories named beside those they hold.
    """

    viewer_id: str | None
    categories: Sequence[str]
    behaviour: bool = False
    excluded: Sequence[str] = ()
    interests: Sequence[str] = ()


Known: TypeAlias = Mapping[str, Mapping[Source, float]]
"""Candidates that were found beforehand, by id, with how strongly each source brings them."""


async def asking(
    database: Database, *, viewer_id: str | None, category: str | None, interests: Sequence[str] = ()
) -> Asking:
    """What decides how the viewer is recommended among one category's things, by its slug, or among all.

    Raises Invalid for a slug that no category has.
    """
    rows, row = await asyncio.gather(database.rows(_CATEGORY_IDS, slug=category), _context(database, viewer_id))
    categories = [one["id"] for one in rows]
    if category is not None and not categories:
        raise Invalid("no category has this slug", field=("category",))
    if row is None:
        return Asking(None, categories, interests=tuple(interests))
    return Asking(viewer_id, categories, row["behaviour"], row["excluded"], tuple(interests))


async def _context(database: Database, viewer_id: str | None) -> neo4j.Record | None:
    return await database.row(_CONTEXT, viewer_id=viewer_id) if viewer_id else None


async def product_sources(
    database: Database, asking: Asking, *, known: Known, heat: HeatLaw, now: datetime
) -> list[Candidate]:
    """Every product that a traversal brings and that the viewer may be shown, in no order."""
    rows = await _sources(
        database, _PRODUCT_SOURCES, asking, known, now, warm=one_person(heat.product_half_life, now=now)
    )
    return [
        Candidate(
            id=row["id"], sources=_strengths(row, known), maker_id=row["maker_id"], category_id=row["category_id"],
            shown=row["shown"], rating=_rating(row["stars"], row["reviews"]), vetted=row["vetted"],
        )
        for row in rows
    ]  # fmt: skip


async def note_sources(
    database: Database, asking: Asking, *, known: Known, heat: HeatLaw, now: datetime
) -> list[Candidate]:
    """Every note that a traversal brings and that the viewer may be shown, in no order."""
    rows = await _sources(
        database, _NOTE_SOURCES, asking, known, now, authors=_AUTHORS, posted=_POSTED,
        warm=one_person(heat.note_half_life, now=now),
    )  # fmt: skip
    return [
        Candidate(
            id=row["id"], sources=_strengths(row, known), maker_id=row["maker_id"], category_id=row["category_id"],
            published_at=row["published_at"].to_native(), shown=row["shown"], sponsored=row["sponsored"],
        )
        for row in rows
    ]  # fmt: skip


async def _sources(
    database: Database, statement: Statement, asking: Asking, known: Known, now: datetime, **limits: float
) -> list[neo4j.Record]:
    return await database.rows(
        statement,
        viewer_id=asking.viewer_id,
        categories=list(asking.categories),
        interests=list(asking.interests),
        excluded=list(asking.excluded),
        behaviour=asking.behaviour,
        known=list(known),
        since=now - _FRESH,
        history=_HISTORY,
        makers=_MAKERS,
        each=_EACH,
        few=_FEW,
        **limits,
    )


def _strengths(row: neo4j.Record, known: Known) -> Mapping[Source, float]:
    """The strength of each source; of a source that brings a thing by two ways, both together."""
    strengths = dict(known.get(row["id"], ()))
    for name, strength in row["sources"]:
        if name is not None:
            source = Source(name)
            strengths[source] = strengths.get(source, 0.0) + strength
    return strengths


def _rating(stars: int, reviews: int) -> float:
    """The mean rating as if some usual reviews had been there before, so that one review decides little."""
    return (stars + _USUAL_RATING * _USUAL_REVIEWS) / (reviews + _USUAL_REVIEWS)
