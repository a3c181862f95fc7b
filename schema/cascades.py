"""Who first spread a note or a product, and who has it from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry

from graph.cascades import Spreader
from graph.rules.access import Access
from resolvers import cascades as resolvers
from resolvers.act import Act
from schema.mapped import computed, open_to, restricted
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.api import Context

_READERS = Access(None, "brands' staff, analysts; of a note, its author too")
_COST = 1_000


@open_to(_READERS)
@strawberry.type(description="Somebody who took something up.")
class CascadeStep:
    user_id: strawberry.ID = strawberry.field(description="Who it is.")
    name: str = strawberry.field(description="Their name.")
    handle: str = strawberry.field(description="Their handle.")
    at: DateTime = strawberry.field(description="When they first did.")
    note_id: strawberry.ID = strawberry.field(description="The note: of a product, the first of theirs that shows it.")
    sponsored: bool = strawberry.field(description="Whether that note says that it is paid for; of a note: false.")
    parent_id: strawberry.ID | None = strawberry.field(
        description="From whom they have it: of those they followed by then, who took it up last before them; null: "
        "nobody."
    )
    depth: int = strawberry.field(description="How many steps from there back to who took it up by themselves.")
    descendants: int = strawberry.field(description="How many have it from them, through others too.")


@open_to(_READERS)
@strawberry.type(description="How something spread among people: a tree for each who took it up by themselves.")
class Cascade:
    people: int = strawberry.field(description="How many took it up.")
    origins: int = strawberry.field(description="How many of them by themselves.")
    depth: int = strawberry.field(description="How many steps the longest way has.")
    complete: bool = strawberry.field(description="Whether these are all; false: there are more than 1,000 acts.")
    steps: list[CascadeStep] = strawberry.field(description="The people, in the order in which they took it up.")


async def _spread(root: Any, info: strawberry.Info[Context]) -> Cascade | None:
    needs = root.needs
    act = Act(info.context.services, info.context.viewer)
    found = await resolvers.spread(act, id=needs["id"], author_id=needs.get("author"))
    if found is None:
        return None
    steps = [one.step for one in found.spreaders]
    return Cascade(
        people=len(steps),
        origins=sum(one.parent is None for one in steps),
        depth=max((one.depth for one in steps), default=0),
        complete=found.complete,
        steps=[_step(one) for one in found.spreaders],
    )


def _step(one: Spreader) -> CascadeStep:
    return CascadeStep(
        user_id=strawberry.ID(one.id),
        name=one.name,
        handle=one.handle,
        at=DateTime(one.at),
        note_id=strawberry.ID(one.note_id),
        sponsored=one.sponsored,
        parent_id=None if one.step.parent is None else strawberry.ID(one.step.parent),
        depth=one.step.depth,
        descendants=one.step.descendants,
    )


def cascade(description: str, **needs: str) -> Any:
    """The field that tells how something spread; `needs` has its `id` and, of a note, the `author`'s."""
    return restricted(computed(_spread, f"{description}; null for who may not know.", cost=_COST, **needs), _READERS)
