"""What people are told: an act names itself, its actor and its subject; who is told follows from the graph.

A write announces an act in its own transaction (`graph.acts`); the worker turns it into notifications. There is one
notification for each kind, recipient, actor and subject, so doing a thing again tells nobody again, and what was
undone before the worker came tells nobody at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from graph.acts import TOLD, Act
from graph.database import Database, Transaction
from graph.ids import label_of
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_NOTIFY = STATEMENTS["notify"]
_MARK_READ = STATEMENTS["mark_notifications_read"]
_MARK_READ_UNTIL = STATEMENTS["mark_notifications_read_until"]
_SINCE = STATEMENTS["notifications_since"]
_FORGET = STATEMENTS["forget_notifications"]
KEPT = timedelta(days=180)

_TOLD: Mapping[tuple[Act, str], Statement] = {
    (Act.FOLLOWED, "User"): STATEMENTS["told_of_follow"],
    (Act.LIKED, "Note"): STATEMENTS["told_of_note_like"],
    (Act.LIKED, "Comment"): STATEMENTS["told_of_comment_like"],
    (Act.COLLECTED, "Note"): STATEMENTS["told_of_note_collected"],
    (Act.COMMENTED, "Comment"): STATEMENTS["told_of_comment"],
    (Act.POSTED, "Note"): STATEMENTS["told_of_note"],
    (Act.PURCHASED, "Order"): STATEMENTS["told_of_purchase"],
    (Act.REVIEWED, "Review"): STATEMENTS["told_of_review"],
}
assert _TOLD.keys() == TOLD, "every act that is announced has its statement"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A notification that is there, and whose it is."""

    id: str
    recipient_id: str
    created_at: datetime


async def notify(tx: Transaction, *, act: Act, actor_id: str, subject_id: str, now: datetime) -> int:
    """Makes the notifications that follow from an act, and tells how many there are of it now."""
    statement = _TOLD[act, label_of(subject_id) or ""]
    rows = [
        {
            "id": _id(row["kind"], row["recipient_id"], actor_id, subject_id, row["about_id"]),
            "recipient_id": row["recipient_id"],
            "kind": row["kind"],
            "about_id": row["about_id"],
        }
        for row in await tx.rows(statement, actor_id=actor_id, subject_id=subject_id)
    ]
    # Sorted, so that two transactions lock what they share in the same order.
    rows.sort(key=lambda row: str(row["id"]))
    row = await tx.row(_NOTIFY, actor_id=actor_id, rows=rows, now=now) if rows else None
    return int(row["told"]) if row else 0


async def mark_read(tx: Transaction, *, user_id: str, ids: Sequence[str], now: datetime) -> int:
    """How many of these were this person's and unread; they are read now. Others' are left alone without a word."""
    row = await tx.row(_MARK_READ, user_id=user_id, ids=list(ids), now=now)
    return int(row["marked"]) if row else 0


async def mark_all_read(database: Database, *, user_id: str, until: datetime, now: datetime) -> int:
    """How many unread ones this person had that came `until` then; they are read now, however many they are."""
    return await database.batches(_MARK_READ_UNTIL, user_id=user_id, until=until, now=now)


async def since(database: Database, *, since: datetime, after: str, limit: int) -> list[Arrival]:
    """A page of everybody's notifications from that moment on, oldest first; of the moment itself ids after `after`."""
    rows = await database.rows(_SINCE, since=since, after=after, limit=limit)
    return [Arrival(row["id"], row["recipient_id"], row["created_at"].to_native()) for row in rows]


def _id(*of: Any) -> str:
    return f"notification_{hashlib.sha256(orjson.dumps(of)).hexdigest()[:32]}"


async def forget(database: Database, *, now: datetime) -> int:
    """Forgets notifications older than 180 days; how many."""
    return await database.batches(_FORGET, before=now - KEPT)
