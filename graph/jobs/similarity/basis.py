"""What the edges that stand rest on, noted by each full rebuild, so that an update's can be compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from graph.database import Database
from graph.jobs import state

LONGEST = timedelta(days=7)
GROWN = 0.1
"""How much acts, things and the mean diagonal may differ from those of the last full rebuild, as a share."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The numbers that a full rebuild found: what updates hold on to, and what tells when they no longer should.

    `mean` is that of the diagonal of co-occurrence, `unit` what weights were divided by, `usual` what edges were, and
    `weak` the score of a weak edge.
    """

    law: Mapping[str, Any]
    since: datetime
    acts: int
    things: int
    mean: float = 1.0
    unit: float = 1.0
    usual: float = 1.0
    weak: float = 1.0


async def noted(database: Database, job: str) -> Basis | None:
    """The basis of a part's edges; None where there was no full rebuild, or one did not end."""
    found = await state.noted(database, job)
    return Basis(**{**found, "since": datetime.fromisoformat(found["since"])}) if found else None


async def note(database: Database, job: str, basis: Basis, *, now: datetime) -> None:
    """Has the part remember its basis."""
    await state.note(database, job, asdict(basis), now=now)


def outgrown(basis: Basis | None, found: Basis) -> str:
    """Why an update will not do, where `found` are the numbers of now; empty: it will."""
    if basis is None:
        return "nothing to go on from"
    if dict(basis.law) != dict(found.law):
        return "another law"
    if found.since - basis.since > LONGEST:
        return f"the last one is more than {LONGEST.days} days old"
    if any(
        abs(now - before) > GROWN * before
        for before, now in ((basis.acts, found.acts), (basis.things, found.things), (basis.mean, found.mean))
    ):
        return f"more than {GROWN:.0%} more or less than at the last one"
    return ""
