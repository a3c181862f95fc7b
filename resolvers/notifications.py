"""The viewer's notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph import notifications
from graph.database import Transaction
from graph.errors import Invalid
from resolvers.act import Act, Values, unit


async def mark_notifications_read(act: Act, given: Any) -> Values:
    """The viewer, with what they read."""
    if (given.ids is None) == (given.until is None):
        raise Invalid("pass either ids or until", field=("ids",))
    if given.ids is None:
        until = datetime.fromisoformat(given.until)
        marked = await notifications.mark_all_read(
            act.services.database, user_id=act.viewer_id, until=until, now=act.now
        )
        return {"viewer": act.viewer_id, "marked_count": marked}
    return await _mark_these(act, given)


@unit
async def _mark_these(act: Act, tx: Transaction, given: Any) -> Values:
    marked = await notifications.mark_read(tx, user_id=act.viewer_id, ids=given.ids, now=act.now)
    return {"viewer": act.viewer_id, "marked_count": marked}
