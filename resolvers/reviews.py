"""Reviews: written, changed, deleted."""

from __future__ import annotations

from typing import Any

from graph import reviews
from graph.database import Transaction
from resolvers.act import Act, Values, unit
from resolvers.changes import changes


@unit
async def write_review(act: Act, tx: Transaction, given: Any) -> Values:
    """The new review."""
    review_id = await reviews.write_review(
        tx,
        user_id=act.viewer_id,
        product_id=given.product_id,
        rating=given.rating,
        text=given.text,
        media_ids=given.media_ids,
        now=act.now,
    )
    return {"review": review_id}


@unit
async def edit_review(act: Act, tx: Transaction, given: Any) -> Values:
    """The review with what changed."""
    values, _ = changes(given, "review_id")
    await reviews.edit_review(
        tx,
        user_id=act.viewer_id,
        review_id=given.review_id,
        rating=values.get("rating"),
        text=values.get("text"),
        now=act.now,
    )
    return {"review": given.review_id}


@unit
async def delete_review(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the review that is gone, and the product it was about."""
    product_id = await reviews.delete_review(tx, user_id=act.viewer_id, review_id=given.review_id, now=act.now)
    return {"deleted_review_id": given.review_id, "product": product_id}
