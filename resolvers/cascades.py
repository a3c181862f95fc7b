"""Who first spread a note or product: for brands' staff and analysts, and for the note's author."""

from __future__ import annotations

from graph import cascades
from graph.cascades import Cascade
from resolvers.act import Act
from resolvers.audience import reads_all


async def spread(act: Act, *, id: str, author_id: str | None) -> Cascade | None:
    """How the note, or the product that nobody authored, spread; None for who may not know."""
    viewer = act.viewer
    if viewer is None or not (viewer.id == author_id or await reads_all(act)):
        return None
    return await cascades.spread(act.services.database, id=id, viewer_id=viewer.id)
