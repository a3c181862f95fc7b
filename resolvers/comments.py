"""Comments and replies: written, removed and liked."""

from __future__ import annotations

from typing import Any

from graph import comments
from graph.database import Transaction
from resolvers.act import Act, Values, unit


@unit
async def comment_on_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The new comment."""
    comment_id = await comments.comment_on_note(
        tx,
        user_id=act.viewer_id,
        note_id=given.note_id,
        text=given.text,
        reply_to_id=given.reply_to_id,
        now=act.now,
    )
    return {"comment": comment_id}


@unit
async def delete_comment(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the comment that is shown no more."""
    await comments.delete_comment(tx, user_id=act.viewer_id, comment_id=given.comment_id, now=act.now)
    return {"deleted_comment_id": given.comment_id}


@unit
async def like_comment(act: Act, tx: Transaction, given: Any) -> Values:
    """The comment liked."""
    await comments.like_comment(tx, user_id=act.viewer_id, comment_id=given.comment_id, now=act.now)
    return {"comment": given.comment_id}


@unit
async def unlike_comment(act: Act, tx: Transaction, given: Any) -> Values:
    """The comment liked no more."""
    await comments.unlike_comment(tx, user_id=act.viewer_id, comment_id=given.comment_id, now=act.now)
    return {"comment": given.comment_id}
