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
_PRODUCT_FACTS = STATEMENTS["product_facts"]
_NOTE_FACTS = STATEMENTS["note_facts"]

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


Strengths: TypeAlias = Mapping[str, Mapping[Source, float]]
"""How strongly each source brings a thing, by its id."""


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


async def product_sources(database: Database, asking: Asking, *, heat: HeatLaw, now: datetime) -> Strengths:
    """Every product that a traversal from what the viewer follows and cares for, or from what is popular, brings."""
    return await _sources(database, _PRODUCT_SOURCES, asking, now, warm=one_person(heat.product_half_life, now=now))


async def note_sources(database: Database, asking: Asking, *, heat: HeatLaw, now: datetime) -> Strengths:
    """The same for notes."""
    return await _sources(
        database, _NOTE_SOURCES, asking, now, authors=_AUTHORS, posted=_POSTED,
        warm=one_person(heat.note_half_life, now=now),
    )  # fmt: skip


async def products(database: Database, asking: Asking, strengths: Strengths) -> list[Candidate]:
    """Those of the products that the viewer may be shown, in no order."""
    return [
        Candidate(
            id=row["id"], sources=strengths[row["id"]], maker_id=row["maker_id"], category_id=row["category_id"],
            shown=row["shown"], rating=_rating(row["stars"], row["reviews"]), vetted=row["vetted"],
        )
        for row in await _facts(database, _PRODUCT_FACTS, asking, strengths)
    ]  # fmt: skip


async def notes(database: Database, asking: Asking, strengths: Strengths) -> list[Candidate]:
    """Those of the notes that the viewer may be shown, in no order."""
    return [
        Candidate(
            id=row["id"], sources=strengths[row["id"]], maker_id=row["maker_id"], category_id=row["category_id"],
            published_at=row["published_at"].to_native(), shown=row["shown"], sponsored=row["sponsored"],
        )
        for row in await _facts(database, _NOTE_FACTS, asking, strengths)
    ]  # fmt: skip


async def _sources(
    database: Database, statement: Statement, asking: Asking, now: datetime, **limits: float
) -> Strengths:
    rows = await database.rows(
        statement,
        viewer_id=asking.viewer_id,
        categories=list(asking.categories),
        interests=list(asking.interests),
        excluded=list(asking.excluded),
        behaviour=asking.behaviour,
        since=now - _FRESH,
        history=_HISTORY,
        makers=_MAKERS,
        each=_EACH,
        few=_FEW,
        **limits,
    )
    found: dict[str, dict[Source, float]] = {}
    for row in rows:
        found.setdefault(row["id"], {})[Source(row["source"])] = row["strength"]
    return found


async def _facts(database: Database, statement: Statement, asking: Asking, strengths: Strengths) -> list[neo4j.Record]:
    return await database.rows(
        statement,
        viewer_id=asking.viewer_id,
        categories=list(asking.categories),
        behaviour=asking.behaviour,
        ids=list(strengths),
    )


def _rating(stars: int, reviews: int) -> float:
    """The mean rating as if some usual reviews had been there before, so that one review decides little."""
    return (stars + _USUAL_RATING * _USUAL_REVIEWS) / (reviews + _USUAL_REVIEWS)
