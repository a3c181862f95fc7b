"""Mutations of what recommendations rest on."""

from __future__ import annotations

import strawberry

from graph.rules.access import MEMBERS
from resolvers import recommendations
from schema.inputs import id_of
from schema.mapped import plain
from schema.mutating import Payload, mutation

_SUBJECTS = ("Note", "Product", "User", "Brand", "Topic", "Category")


@strawberry.input(description="Something that the viewer did something with.")
class RecommendationSubjectInput:
    subject_id: strawberry.ID = id_of(
        *_SUBJECTS, description="The note, product, person, brand, topic or category, as explanations name it."
    )


@strawberry.type(description="What counts, or counts no more.")
class RecommendationSubjectPayload(Payload):
    subject_id: strawberry.ID | None = plain("Its id.")


@strawberry.type
class RecommendationMutations:
    """Mutations of recommendations."""

    exclude_from_recommendations: RecommendationSubjectPayload | None = mutation(
        recommendations.exclude_from_recommendations,
        RecommendationSubjectInput,
        "Leaves what the viewer did with something out of what they are recommended.",
        access=MEMBERS,
    )
    include_in_recommendations: RecommendationSubjectPayload | None = mutation(
        recommendations.include_in_recommendations,
        RecommendationSubjectInput,
        "Lets it count again.",
        access=MEMBERS,
    )
