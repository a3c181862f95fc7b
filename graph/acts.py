"""Acts of people that others are told of."""

from __future__ import annotations

from datetime import datetime

from graph import outbox
from graph.database import Transaction


async def announce(tx: Transaction, *, act: str, actor_id: str, subject_id: str, now: datetime) -> None:
    """Tells those whom the act concerns, once the transaction is committed; `act` is a kind of Notification."""
    data = {"act": act, "actorId": actor_id, "subjectId": subject_id}
    await outbox.emit(tx, kind="notify", data=data, now=now)
