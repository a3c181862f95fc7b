"""What makes a copy of the graph one for analysis: all that is private is taken out, and the copy says so."""

from __future__ import annotations

from datetime import datetime

from graph.console.allowed import CLOSED_LABELS
from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_NODES = STATEMENTS["forget_closed_nodes"]
_MARK = STATEMENTS["mark_replica"]
_REST = (
    STATEMENTS["forget_notes"],
    STATEMENTS["forget_texts"],
    STATEMENTS["forget_collections"],
    STATEMENTS["forget_ties"],
    STATEMENTS["forget_draft_ties"],
)
# What the migrations keep is about no person, and the server needs it.
_KEPT = {"Migration", "EmbeddingSpace"}


async def make_replica(database: Database, *, taken_at: datetime) -> int:
    """How much was taken out of a copy, which may be asked by data scientists from now on.

    Closed labels and types; notes that are not published or not for everybody, or of private accounts, with their
    comments; comments and reviews that are not shown; private collections. A repetition changes nothing.
    """
    forgotten = 0
    for label in sorted(CLOSED_LABELS - _KEPT):
        forgotten += await database.batches(_NODES, label=label)
    for statement in _REST:
        forgotten += await database.batches(statement)
    await database.row(_MARK, taken_at=taken_at)
    return forgotten
