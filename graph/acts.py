"""Acts of people that others are told of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from graph import outbox
from graph.database import Transaction
from graph.ids import label_of

EVENT = "notify"


class Act(StrEnum):
    """What somebody did; its subject is named behind it."""

    FOLLOWED = "followed"  # a person, brand or topic
    LIKED = "liked"  # a note or comment
    COLLECTED = "collected"  # a note
    COMMENTED = "commented"  # the comment or reply they wrote
    POSTED = "posted"  # the note, when it is published
    PURCHASED = "purchased"  # the order, when it is paid
    REVIEWED = "reviewed"  # the review they wrote


# Acts on anything else, such as following a brand, are told to nobody.
TOLD = frozenset(
    {
        (Act.FOLLOWED, "User"),
        (Act.LIKED, "Note"),
        (Act.LIKED, "Comment"),
        (Act.COLLECTED, "Note"),
        (Act.COMMENTED, "Comment"),
        (Act.POSTED, "Note"),
        (Act.PURCHASED, "Order"),
        (Act.REVIEWED, "Review"),
    }
)


async def announce(tx: Transaction, *, act: Act, actor_id: str, subject_id: str, now: datetime) -> None:
    """Has those told, soon after the transaction is committed, whom the act concerns: the graph says who they are."""
    if (act, label_of(subject_id)) in TOLD:
        data = {"act": act.value, "actorId": actor_id, "subjectId": subject_id}
        await outbox.emit(tx, kind=EVENT, now=now, data=data)
