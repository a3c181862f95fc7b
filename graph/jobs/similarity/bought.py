"""What is bought together: pairs that more people bought than chance would have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_BOUGHT_WITH = STATEMENTS["bought_with"]
_BUYERS = STATEMENTS["buyers"]

MOST = 20
_NEAR = 100  # of which the most telling are kept
_SAMPLED = 2_000  # buyers of one product that are looked at
_MOST_BOUGHT = 500
_FEWEST = 2  # one person is no habit


@dataclass(frozen=True, slots=True)
class Together:
    """Another product, how many people bought both, and how telling that is (log-likelihood ratio)."""

    id: str
    both: int
    score: float


async def buyers(database: Database) -> int:
    """How many people bought something."""
    row = await database.row(_BUYERS)
    assert row is not None, "counting gives a row"
    return int(row["buyers"])


async def bought_with(database: Database, *, ids: Sequence[str], among: int) -> dict[str, list[Together]]:
    """For each product those bought along with it, most telling first; `among` is the number of all buyers."""
    rows = await database.rows(_BOUGHT_WITH, ids=list(ids), near=_NEAR, buyers=_SAMPLED, most_bought=_MOST_BOUGHT)
    found = {}
    for row in rows:
        pairs = [Together(one, both, likelihood(both, row["bought"], other, among)) for one, both, other in row["near"]]
        telling = [one for one in pairs if one.both >= _FEWEST and one.score > 0]
        found[row["id"]] = sorted(telling, key=lambda one: (-one.score, one.id))[:MOST]
    return found


def likelihood(both: int, one: int, other: int, among: int) -> float:
    """Dunning's log-likelihood ratio of buying both, negative where that is rarer than chance.

    Source: Dunning, Accurate methods for the statistics of surprise and coincidence, Computational Linguistics 1993.
    """
    table = ((both, one - both), (other - both, among - one - other + both))
    if min(map(min, table)) < 0:
        return 0.0
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    ratio = 2 * (_spread(cell for row in table for cell in row) - _spread(rows) - _spread(columns) + _spread([among]))
    return ratio if both * among >= one * other else -ratio


def _spread(counts: Iterable[int]) -> float:
    return sum(count * log(count) for count in counts if count > 0)
