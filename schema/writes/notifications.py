"""Mutations of the viewer's notifications."""

from __future__ import annotations

import strawberry

from graph.rules.access import MEMBERS
from resolvers import notifications
from schema.inputs import ids_of, known
from schema.mapped import plain
from schema.mutating import mutation
from schema.scalars import DateTime
from schema.writes.accounts import ViewerPayload


@strawberry.input(description="Which notifications were read: these, or all up to a moment.")
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = ids_of(
        "Notification", most=100, description="Notifications of the viewer; others' are left alone.", default=None
    )
    until: DateTime | None = known("All that came until then, such as the newest one's createdAt.", default=None)


@strawberry.type(description="The viewer, with what they read.")
class MarkNotificationsReadPayload(ViewerPayload):
    marked_count: int | None = plain("How many were unread before.")


@strawberry.type
class NotificationMutations:
    """Mutations of notifications."""

    mark_notifications_read: MarkNotificationsReadPayload | None = mutation(
        notifications.mark_notifications_read,
        MarkNotificationsReadInput,
        "Marks notifications of the viewer as read.",
        access=MEMBERS,
    )
