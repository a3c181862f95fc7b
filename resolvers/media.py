"""What the owner of a picture or video does with it after the upload."""

from __future__ import annotations

from typing import Any

from graph import media
from graph.database import Transaction
from resolvers.act import Act, Values, unit


@unit
async def set_alt_text(act: Act, tx: Transaction, given: Any) -> Values:
    """The picture or video with what is said of it."""
    await media.set_alt_text(tx, user_id=act.viewer_id, media_id=given.media_id, alt_text=given.alt_text, now=act.now)
    return {"media": given.media_id}


@unit
async def delete_media(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the picture or video that is gone."""
    await media.delete_media(tx, user_id=act.viewer_id, media_id=given.media_id, now=act.now)
    return {"deleted_media_id": given.media_id}
