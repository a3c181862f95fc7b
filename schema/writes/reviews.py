"""Mutations of reviews."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import members
from resolvers import reviews
from schema.catalogue import Product, Review
from schema.inputs import body, id_of, idempotency_key, ids_of, whole
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation

_TEXT = NODE_BY_LABEL["Review"].longest("text")
_UNSET = strawberry.UNSET
_AUTHOR = members("who wrote the review")
_OUTSIDERS = members("all but the brand's own staff")


@strawberry.input(description="A new review.")
class WriteReviewInput:
    product_id: strawberry.ID = id_of("Product", description="The product.")
    rating: int = whole("Stars.", least=1, most=5)
    text: str = body("Body.", most=_TEXT)
    media_ids: list[strawberry.ID] = ids_of(
        "Media", most=9, description="The viewer's own pictures and videos that it shows, in order.", default=()
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a review changes; what is left out stays.")
class EditReviewInput:
    review_id: strawberry.ID = id_of("Review", description="The review.")
    rating: int | None = whole("Stars.", least=1, most=5, default=_UNSET)
    text: str | None = body("Body.", most=_TEXT, default=_UNSET)


@strawberry.input(description="A review.")
class DeleteReviewInput:
    review_id: strawberry.ID = id_of("Review", description="The review.")


@strawberry.type(description="The review after the change.")
class ReviewPayload(Payload):
    review: Review | None = ref("The review.")


@strawberry.type(description="The review that is gone, and the product it was about.")
class DeleteReviewPayload(Payload):
    deleted_review_id: strawberry.ID | None = plain("Its id.")
    product: Product | None = ref("The product; null when it is not on sale.")


@strawberry.type
class ReviewMutations:
    """Mutations of reviews."""

    write_review: ReviewPayload | None = mutation(
        reviews.write_review,
        WriteReviewInput,
        "Reviews a product, once; verified when the viewer has a paid order of it.",
        access=_OUTSIDERS,
    )
    edit_review: ReviewPayload | None = mutation(
        reviews.edit_review, EditReviewInput, "Changes the viewer's review.", access=_AUTHOR
    )
    delete_review: DeleteReviewPayload | None = mutation(
        reviews.delete_review, DeleteReviewInput, "Deletes the viewer's review; they may write another.", access=_AUTHOR
    )
