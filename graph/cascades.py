"""Who first spread a note or a product, and who has it from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.database import Database
from graph.ids import label_of
from graph.rules.cascade import Step, cascade
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_SPREAD: Mapping[str, Statement] = {"Note": STATEMENTS["spread_of_note"], "Product": STATEMENTS["spread_of_product"]}
_FOLLOWED = STATEMENTS["followed_before"]

MOST = 1_000
"""How many people a cascade has at most, and how many likes, comments and notes are looked at: the first ones."""


@dataclass(frozen=True, slots=True)
class Spreader:
    """Somebody who took it up, `at` (RFC 3339) with a note, and their place in the cascade."""

    id: str
    name: str
    handle: str
    at: str
    note_id: str
    sponsored: bool
    step: Step


@dataclass(frozen=True, slots=True)
class Cascade:
    """Who spread it, first ones first; `complete` unless only the first MOST acts were looked at."""

    spreaders: Sequence[Spreader]
    complete: bool


async def spread(database: Database, *, id: str, viewer_id: str) -> Cascade:
    """How the note or product spread; nobody in it: it is none, or is not out for everybody."""
    statement = _SPREAD.get(label_of(id) or "")
    rows = [] if statement is None else await database.rows(statement, id=id, viewer_id=viewer_id, most=MOST)
    times = {row["id"]: row["at"] for row in rows}
    followed = await database.rows(_FOLLOWED, ids=list(times), times=times)
    steps = cascade(list(times), {row["id"]: row["followed"] for row in followed})
    return Cascade(
        [
            Spreader(row["id"], row["name"], row["handle"], row["said"], row["note_id"], row["sponsored"], step)
            for row, step in zip(rows, steps, strict=True)
        ],
        len(rows) < MOST and all(row["complete"] for row in rows),
    )
