"""Mutations of comments, and of who likes them."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import MEMBERS, members
from resolvers import comments
from schema.inputs import body, id_of, idempotency_key
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.notes import Comment


@strawberry.input(description="A new comment, or a reply to one.")
class CommentOnNoteInput:
    note_id: strawberry.ID = id_of("Note", description="The note.")
    text: str = body("Body; @handle mentions a person.", most=NODE_BY_LABEL["Comment"].longest("text"))
    reply_to_id: strawberry.ID | None = id_of(
        "Comment", description="The comment under the same note that it answers.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A comment.")
class CommentInput:
    comment_id: strawberry.ID = id_of("Comment", description="The comment.")


@strawberry.type(description="The comment after the change.")
class CommentPayload(Payload):
    comment: Comment | None = ref("The comment.")


@strawberry.type(description="The comment that is gone.")
class DeleteCommentPayload(Payload):
    deleted_comment_id: strawberry.ID | None = plain("Its id.")


@strawberry.type
class CommentMutations:
    """Mutations of comments."""

    comment_on_note: CommentPayload | None = mutation(
        comments.comment_on_note,
        CommentOnNoteInput,
        "Comments on a published note, or answers a comment on it.",
        access=members("whoever may see the note"),
    )
    delete_comment: DeleteCommentPayload | None = mutation(
        comments.delete_comment,
        CommentInput,
        "Deletes a comment for good; its replies stay.",
        access=members("the comment's writer or its note's author"),
    )
    like_comment: CommentPayload | None = mutation(
        comments.like_comment, CommentInput, "Likes a comment.", access=members("whoever may see the comment")
    )
    unlike_comment: CommentPayload | None = mutation(
        comments.unlike_comment, CommentInput, "Likes a comment no more.", access=MEMBERS
    )
