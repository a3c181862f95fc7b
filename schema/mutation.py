"""The root of all writing: one class of mutations for each domain."""

from __future__ import annotations

import strawberry

from graph.rules.access import NOBODY
from schema.mapped import open_to
from schema.writes.accounts import AccountMutations
from schema.writes.behaviour import BehaviourMutations
from schema.writes.brands import BrandMutations
from schema.writes.catalogue import CatalogueMutations
from schema.writes.comments import CommentMutations
from schema.writes.media import MediaMutations
from schema.writes.note_collections import CollectionMutations
from schema.writes.notes import NoteMutations
from schema.writes.notifications import NotificationMutations
from schema.writes.orders import OrderMutations
from schema.writes.people import PeopleMutations
from schema.writes.personal_tokens import PersonalTokenMutations
from schema.writes.recommendations import RecommendationMutations
from schema.writes.reviews import ReviewMutations
from schema.writes.saved_queries import SavedQueryMutations
from schema.writes.seeding_plans import SeedingPlanMutations


@open_to(NOBODY)
@strawberry.type(description="Everything that can be changed.")
class Mutation(
    AccountMutations,
    PeopleMutations,
    NotificationMutations,
    NoteMutations,
    CommentMutations,
    CollectionMutations,
    MediaMutations,
    BrandMutations,
    CatalogueMutations,
    OrderMutations,
    ReviewMutations,
    BehaviourMutations,
    RecommendationMutations,
    SeedingPlanMutations,
    PersonalTokenMutations,
    SavedQueryMutations,
):
    """Each field states who may use it."""
