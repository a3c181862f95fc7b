"""What is bought together: pairs that more people bought than chance would have it.

An update looks again at products whose buyers bought anything else, or less, since. What others count that were bought
along with them is of the time when each product was looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from graph.database import Database
from graph.jobs.similarity import basis
from graph.jobs.similarity.basis import Basis
from graph.jobs.similarity.interactions import purchases
from graph.jobs.similarity.keys import change, keys_of_things
from graph.jobs.similarity.running import Run
from graph.jobs.similarity.writing import batches
from graph.statements import beside

STATEMENTS = beside(__file__)
_BOUGHT_WITH = STATEMENTS["bought_with"]
_BUYERS = STATEMENTS["buyers"]
_WRITE = STATEMENTS["write_bought_with"]
_KNOWN = STATEMENTS["bought_known"]
_WRITE_KEYS = STATEMENTS["write_bought_keys"]

STATE = "similarity-bought"

MOST = 20
_NEAR = 100  # of which the most telling are kept
_SAMPLED = 2_000  # buyers of one product that are looked at
_MOST_BOUGHT = 500
_FEWEST = 2  # one person is no habit
_AT_A_TIME = 50
_KNOWN_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Together:
    """Another product, how many people bought both, and how telling that is (log-likelihood ratio)."""

    id: str
    both: int
    score: float


async def compare_bought(job: Run, *, anew: bool) -> None:
    """Brings what is bought together up to date, or computes it anew when asked, or when that is due."""
    job.progress.step("Reading who bought what")
    acts = await purchases(job.database)
    ids, keys = acts.things, await asyncio.to_thread(keys_of_things, acts)
    known = await _known(job.database)
    job.progress.done()
    found = Basis({}, job.now, acts.values.nnz, len(ids))
    noted = None if anew else await basis.noted(job.database, STATE)
    changed = change({} if noted is None or basis.outgrown(noted, found) else known, ids, keys)
    job.progress.step("Comparing what was bought together", len(changed.places))
    among, edges = await buyers(job.database), 0
    for some in batches([ids[at] for at in changed.places], _AT_A_TIME):
        edges += await write_bought_with(job.database, await bought_with(job.database, ids=some, among=among))
        job.progress.advance(len(some))
    gone = sorted(known.keys() - set(ids))
    await write_bought_with(job.database, {one: [] for one in gone})
    await _write_keys(
        job.database, [*((ids[at], int(keys[at])) for at in changed.places), *((one, None) for one in gone)]
    )
    whole = len(changed.places) == len(ids)
    await basis.note(job.database, STATE, found if whole or noted is None else noted, now=job.now)
    job.progress.done()
    job.told.append(f"{edges:,} edges from {len(changed.places):,} of {len(ids):,} products to what is bought along")


async def _known(database: Database) -> dict[str, int | None]:
    """By id of the products that had buyers when they were last looked at: what their edges were computed from."""
    found: dict[str, int | None] = {}
    after = ""
    while rows := await database.rows(_KNOWN, after=after, batch=_KNOWN_AT_A_TIME):
        found |= {row["id"]: row["key"] for row in rows}
        after = rows[-1]["id"]
    return found


async def _write_keys(database: Database, keys: Sequence[tuple[str, int | None]]) -> None:
    for some in batches(keys, _KNOWN_AT_A_TIME):
        await database.row(_WRITE_KEYS, rows=[list(one) for one in some])


async def write_bought_with(database: Database, found: Mapping[str, Sequence[Together]]) -> int:
    """Gives each product those bought along with it, in place of those it had; how many edges."""
    rows = [
        {"id": one, "edges": [[other.id, other.score, rank, other.both] for rank, other in enumerate(together)]}
        for one, together in found.items()
    ]
    row = await database.row(_WRITE, rows=rows)
    return int(row["written"]) if row else 0


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
