"""The root of what clients listen to."""

from __future__ import annotations

import strawberry

from graph.rules.access import MEMBERS
from schema.mapped import open_to, ref
from schema.notifications import Notification


@open_to(MEMBERS)
@strawberry.type(description="What happens while somebody listens; one root field at a time.")
class Subscription:
    notification_added: Notification = ref("Each new notification of the viewer, as it comes.")
