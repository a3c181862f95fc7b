"""Lists of recommendations as they were given: kept so that pages are stable and feedback can cite them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j
import orjson

from graph.database import Database, Transaction
from graph.errors import NotFound, may_act
from graph.ids import new_id
from graph.statements import beside

STATEMENTS = beside(__file__)
_KEEP = STATEMENTS["keep_recommendation"]
_FIND = STATEMENTS["find_recommendation"]
_FORGET = STATEMENTS["forget_recommendations"]
_EXCLUDE = STATEMENTS["exclude"]
_INCLUDE = STATEMENTS["include"]
_NAMED = "named"


@dataclass(frozen=True, slots=True)
class Recommended:
    """One item of a list: its node, its score, by name what the score was made of, and whom its reason names, by id."""

    id: str
    score: float
    features: Mapping[str, float]
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RecommendationList:
    """A list as it was given; `arm` is that of the experiment, empty for none. The graph has it once `kept` is over."""

    id: str
    arm: str
    items: Sequence[Recommended]
    kept: asyncio.Future[Any] | None = None


def keep(
    database: Database,
    *,
    viewer_id: str | None,
    surface: str,
    arm: str,
    items: Sequence[Recommended],
    now: datetime,
) -> RecommendationList:
    """The list under a new id. It is being kept from then on: who names it to anybody awaits `kept` first.

    `surface` is where it is given, such as `products`.
    """
    list_id = new_id("Recommendation")
    keeping = database.row(
        _KEEP, id=list_id, viewer_id=viewer_id, surface=surface, arm=arm, now=now,
        ids=[one.id for one in items], scores=[one.score for one in items],
        features=orjson.dumps([_noted(one) for one in items]).decode(),
    )  # fmt: skip
    return RecommendationList(list_id, arm, items, asyncio.ensure_future(keeping))


async def find(database: Database, *, list_id: str, viewer_id: str | None, surface: str) -> RecommendationList | None:
    """The list of that id that the viewer was given there; None when it is forgotten, or was another's."""
    row = await database.row(_FIND, id=list_id, viewer_id=viewer_id, surface=surface)
    if row is None:
        return None
    told = zip(row["ids"], row["scores"], orjson.loads(row["features"]), strict=True)
    items = [Recommended(one, score, features, features.pop(_NAMED, ())) for one, score, features in told]
    return RecommendationList(list_id, row["arm"], items)


def _noted(one: Recommended) -> dict[str, Any]:
    return {**one.features, _NAMED: list(one.named)} if one.named else dict(one.features)


async def forget(database: Database, *, before: datetime) -> int:
    """Forgets the lists of before that moment; how many those were."""
    return await database.batches(_FORGET, before=before)


async def exclude(tx: Transaction, *, viewer_id: str, subject_id: str, now: datetime) -> None:
    """Leaves what the viewer did with the thing out of what they are recommended; a second time changes nothing.

    Raises NotFound where there is no such note, product, person, brand, topic or category.
    """
    _there(may_act(await tx.row(_EXCLUDE, viewer_id=viewer_id, subject_id=subject_id, now=now)))


async def include(tx: Transaction, *, viewer_id: str, subject_id: str) -> None:
    """Lets it count again. Raises NotFound as `exclude` does."""
    _there(may_act(await tx.row(_INCLUDE, viewer_id=viewer_id, subject_id=subject_id)))


def _there(row: neo4j.Record) -> None:
    if not row["there"]:
        raise NotFound("nothing that recommendations rest on has this id", field=("subject_id",))
