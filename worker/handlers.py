"""Which handler takes which kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from graph import notifications
from graph.acts import EVENT, Act
from graph.database import Transaction
from graph.outbox import Event
from worker.worker import Handler, InGraph


def handlers(*, notified: Callable[[], None], more: Mapping[str, Handler] | None = None) -> Mapping[str, Handler]:
    """The handlers by kind of event; `notified` is called when notifications may have come, `more` are added."""
    return {EVENT: InGraph(_notify, notified), **(more or {})}


async def _notify(tx: Transaction, event: Event, now: datetime) -> None:
    data = event.data
    await notifications.notify(
        tx, act=Act(str(data["act"])), actor_id=str(data["actorId"]), subject_id=str(data["subjectId"]), now=now
    )
