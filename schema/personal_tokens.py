"""The viewer's personal tokens."""

from __future__ import annotations

import strawberry

from graph.rules import visibility
from graph.rules.access import Access
from schema.mapped import open_to, prop, visible_when
from schema.relay import Node
from schema.scalars import DateTime


@visible_when(visibility.PERSONAL_TOKEN)
@open_to(Access(None, "the holder's own"))
@strawberry.type(
    description="A token that a program of the viewer sends to the console; the text itself is kept nowhere."
)
class PersonalToken(Node):
    name: str = prop("What its holder calls it.")
    created_at: DateTime = prop("When it was made.")
    expires_at: DateTime = prop("When it ends.")
    revoked_at: DateTime | None = prop("When its holder ended it before.")
