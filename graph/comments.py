"""Comments on notes and replies to them: written, removed and liked.

A comment is ON its note while it is shown, so that the degree counts those; one that was removed or hidden WAS_ON it.
"""

from __future__ import annotations

from datetime import datetime

from graph.acts import Act, announce
from graph.database import Transaction
from graph.errors import Conflict, NotFound, may_act
from graph.ids import new_id
from graph.rules import texts
from graph.seeing import must_see, refuse
from graph.statements import beside

STATEMENTS = beside(__file__)
_COMMENT_ON_NOTE = STATEMENTS["comment_on_note"]
_MENTION_IN_COMMENT = STATEMENTS["mention_in_comment"]
_REMOVE_COMMENT = STATEMENTS["remove_comment"]
_LIKE_COMMENT = STATEMENTS["like_comment"]
_UNLIKE_COMMENT = STATEMENTS["unlike_comment"]


async def comment_on_note(
    tx: Transaction, *, user_id: str, note_id: str, text: str, reply_to_id: str | None, now: datetime
) -> str:
    """The id of a new comment on a published note that the person may see, or of a reply to a comment under it."""
    await must_see(tx, viewer_id=user_id, node_id=note_id, field="note_id")
    if reply_to_id is not None:
        await must_see(tx, viewer_id=user_id, node_id=reply_to_id, field="reply_to_id")
    comment_id = new_id("Comment")
    row = may_act(
        await tx.row(
            _COMMENT_ON_NOTE, user_id=user_id, note_id=note_id, comment_id=comment_id, body=text,
            reply_to_id=reply_to_id, now=now,
        )
    )  # fmt: skip
    if not row["open"]:
        raise Conflict("only a published note takes comments", field=("note_id",))
    if not row["fits"]:
        raise NotFound("no comment on this note that you may see has this id", field=("reply_to_id",))
    handles = texts.mentions(text)
    if handles:
        await tx.row(_MENTION_IN_COMMENT, comment_id=comment_id, handles=handles)
    await announce(tx, act=Act.COMMENTED, actor_id=user_id, subject_id=comment_id, now=now)
    return comment_id


async def delete_comment(tx: Transaction, *, user_id: str, comment_id: str, now: datetime) -> None:
    """Removes a comment for good, for its writer or the author of its note; replies stay. Again changes nothing.

    Raises Forbidden for others who may see it, else NotFound.
    """
    row = may_act(await tx.row(_REMOVE_COMMENT, user_id=user_id, comment_id=comment_id, now=now))
    if not row["theirs"]:
        await refuse(tx, viewer_id=user_id, node_id=comment_id, field="comment_id")


async def like_comment(tx: Transaction, *, user_id: str, comment_id: str, now: datetime) -> None:
    """Likes a comment that the person may see; a second like keeps the first time."""
    await must_see(tx, viewer_id=user_id, node_id=comment_id, field="comment_id")
    row = may_act(await tx.row(_LIKE_COMMENT, user_id=user_id, comment_id=comment_id, now=now))
    if not row["open"]:
        raise Conflict("only a comment that is shown can be liked", field=("comment_id",))
    if row["fresh"]:
        await announce(tx, act=Act.LIKED, actor_id=user_id, subject_id=comment_id, now=now)


async def unlike_comment(tx: Transaction, *, user_id: str, comment_id: str, now: datetime) -> None:
    """Likes the comment no more, whether or not the person may see it now."""
    row = may_act(await tx.row(_UNLIKE_COMMENT, user_id=user_id, comment_id=comment_id, now=now))
    if not row["undone"]:
        await must_see(tx, viewer_id=user_id, node_id=comment_id, field="comment_id")
