"""Variables drawn from the graph: popular things are asked for more often, own pages by anybody alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.questions.documents import QUESTIONS
from graph.database import Database
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_PEOPLE = STATEMENTS["people_by_followers"]
_NOTES = STATEMENTS["notes_by_likes"]
_PRODUCTS = STATEMENTS["products_by_buyers"]
_BRANDS = STATEMENTS["brands_alike"]
_CATEGORIES = STATEMENTS["categories_alike"]

Variables = Mapping[str, Sequence[Mapping[str, Any]]]
"""The sets of variables of each question."""

_SEED = 20261122


async def drawn(db: Database, *, sets: int, seed: int = _SEED) -> Variables:
    """So many sets for each question; the same graph and seed give the same sets."""
    people = await _weighted(db, _PEOPLE)
    anybody = [(values, 1) for values, _ in people]
    known = {
        "profile": people,
        "handle": anybody,
        "feed": anybody,
        "social": anybody,
        "note": await _weighted(db, _NOTES),
        "product": await _weighted(db, _PRODUCTS),
        "brand": await _weighted(db, _BRANDS),
        "category": await _weighted(db, _CATEGORIES),
    }
    return {name: _sample(known[name], sets, seed + place) for place, name in enumerate(QUESTIONS)}


async def _weighted(db: Database, statement: Statement) -> list[tuple[dict[str, Any], int]]:
    before = datetime.now(UTC).isoformat()
    rows = await db.rows(statement)
    return [({**row["variables"], "before": before}, row["weight"]) for row in rows]


def _sample(known: Sequence[tuple[dict[str, Any], int]], sets: int, seed: int) -> list[Mapping[str, Any]]:
    weights = np.array([weight for _, weight in known], dtype=np.float64)
    chosen = np.random.default_rng(seed).choice(len(known), size=sets, p=weights / weights.sum())
    return [known[at][0] for at in chosen]
