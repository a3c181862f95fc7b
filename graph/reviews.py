"""Reviews: one of each person about a product; those of people who paid for it are verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graph import media
from graph.acts import Act, announce
from graph.database import Transaction
from graph.errors import Conflict, Forbidden, NotFound, found, may_act
from graph.ids import new_id
from graph.rules.orders import BOUGHT
from graph.statements import beside

STATEMENTS = beside(__file__)
_LOCK_FOR_REVIEW = STATEMENTS["lock_for_review"]
_STANDING_OF_REVIEWER = STATEMENTS["standing_of_reviewer"]
_WRITE_REVIEW = STATEMENTS["write_review"]
_LOCK_OWN_REVIEW = STATEMENTS["lock_own_review"]
_EDIT_REVIEW = STATEMENTS["edit_review"]
_REMOVE_REVIEW = STATEMENTS["remove_review"]

_NO_PRODUCT = "no product that is on sale has this id"
_NO_REVIEW = "you wrote no such review"


async def write_review(
    tx: Transaction,
    *,
    user_id: str,
    product_id: str,
    rating: int,
    text: str,
    media_ids: Sequence[str],
    now: datetime,
) -> str:
    """The id of a new review, verified when its writer paid for the product.

    Raises NotFound for the product or media, Forbidden for the brand's own staff and for who may not act, Conflict for
    a second review.
    """
    locked = may_act(await tx.row(_LOCK_FOR_REVIEW, user_id=user_id, product_id=product_id, now=now))
    found(locked["product_id"], _NO_PRODUCT, "product_id")
    standing = found(await tx.row(_STANDING_OF_REVIEWER, user_id=user_id, product_id=product_id), _NO_PRODUCT)
    if standing["staff"]:
        raise Forbidden("a brand does not review its own products", field=("product_id",))
    if standing["reviewed"]:
        raise Conflict("you reviewed this product; change or delete that review", field=("product_id",))
    review_id = new_id("Review")
    await tx.row(
        _WRITE_REVIEW, user_id=user_id, product_id=product_id, review_id=review_id, rating=rating, body=text,
        bought=sorted(BOUGHT), now=now,
    )  # fmt: skip
    if media_ids:
        await media.show_media(tx, owner_id=user_id, shower_id=review_id, media_ids=media_ids, now=now)
    await announce(tx, act=Act.REVIEWED, actor_id=user_id, subject_id=review_id, now=now)
    return review_id


async def edit_review(
    tx: Transaction, *, user_id: str, review_id: str, rating: int | None, text: str | None, now: datetime
) -> None:
    """Changes this person's review while it is shown (None: as it was). Raises NotFound."""
    row = found(await tx.row(_LOCK_OWN_REVIEW, user_id=user_id, review_id=review_id, now=now), _NO_REVIEW, "review_id")
    if row["state"] != "published" or row["product_state"] != "listed":
        raise NotFound(_NO_REVIEW, field=("review_id",))
    await tx.row(_EDIT_REVIEW, review_id=review_id, rating=rating, body=text)


async def delete_review(tx: Transaction, *, user_id: str, review_id: str, now: datetime) -> str:
    """The id of the product that this person's review was about; they may write another. Raises NotFound."""
    row = found(await tx.row(_LOCK_OWN_REVIEW, user_id=user_id, review_id=review_id, now=now), _NO_REVIEW, "review_id")
    if row["state"] == "removed":
        raise NotFound(_NO_REVIEW, field=("review_id",))
    await tx.row(_REMOVE_REVIEW, review_id=review_id)
    # What a review showed can be deleted once nobody sees the review.
    await media.show_media(tx, owner_id=user_id, shower_id=review_id, media_ids=(), now=now)
    product_id: str = row["product_id"]
    return product_id
