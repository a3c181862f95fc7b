"""What follows from what somebody took up: candidates by similarity, by taste, and by people they follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.database import Database
from graph.jobs.similarity.interactions import BOUGHT, LOOKED
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_PRODUCT_CANDIDATES = STATEMENTS["product_candidates"]
_NOTE_CANDIDATES = STATEMENTS["note_candidates"]
_HISTORY = 1_000  # latest things of the viewer that count
_EDGES = 20_000  # of all of them together, the same number of each, the highest first
_REACH = 200  # things reached by edges whose taste is weighed
_FRIENDS, _EACH = 200, 100  # people followed, and latest things of each
# What followed people took up counts in units of a usual edge of similarity, and less the more took it up.
_FOLLOWED, _FAMOUS = 4.0, 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something like what the viewer took up; the three strengths are on one scale and add up."""

    id: str
    similar: float
    taste: float
    followed: float


async def product_candidates(
    database: Database,
    *,
    viewer_id: str,
    limit: int,
    behaviour: bool = False,
    excluded: Sequence[str] = (),
    category_id: str | None = None,
) -> list[Candidate]:
    """Up to `limit` products, best first; of one category where it is given. `behaviour`: views and clicks count."""
    return await _candidates(
        database, _PRODUCT_CANDIDATES, viewer_id=viewer_id, limit=limit, behaviour=behaviour,
        excluded=list(excluded), category_id=category_id, bought=BOUGHT,
    )  # fmt: skip


async def note_candidates(
    database: Database,
    *,
    viewer_id: str,
    limit: int,
    behaviour: bool = False,
    excluded: Sequence[str] = (),
    category_id: str | None = None,
) -> list[Candidate]:
    """The same for notes."""
    return await _candidates(
        database, _NOTE_CANDIDATES, viewer_id=viewer_id, limit=limit, behaviour=behaviour,
        excluded=list(excluded), category_id=category_id,
    )  # fmt: skip


async def _candidates(database: Database, statement: Statement, **parameters: object) -> list[Candidate]:
    rows = await database.rows(
        statement, looked=LOOKED, history=_HISTORY, edges=_EDGES, reach=_REACH, friends=_FRIENDS, each=_EACH,
        followed=_FOLLOWED, famous=_FAMOUS, **parameters,
    )  # fmt: skip
    return [Candidate(row["id"], row["similar"], row["taste"], row["followed"]) for row in rows]
