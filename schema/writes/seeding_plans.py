"""Mutations of seeding plans."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import STAFF
from resolvers import seeding_plans
from schema.inputs import id_of, idempotency_key, ids_of, known, line, several, whole
from schema.mapped import ref
from schema.mutating import Payload, mutation
from schema.scalars import MinorUnits
from schema.seeding_plans import InfluenceModel, SeedingPlan

_MOST_CHOSEN = 200
_MOST_PRICES = 500
_REGION = NODE_BY_LABEL["User"].longest("region")
_MODEL = "How probable it is that a person reaches one of their followers."
_AUDIENCE = "Whose reaching counts, and how much; of several that fit, the most. Without it: for a product, 1 for who "
_AUDIENCE += "cares for its category; else 1 for everybody."
_OTHERWISE = "What reaching anybody else counts, where there is an audience."
_CHANCE = "The same number gives the same result on the same graph."


@strawberry.input(description="What a person asks for.")
class CreatorPriceInput:
    user_id: strawberry.ID = id_of("User", description="The person.")
    price_minor: MinorUnits = known("Their price in minor units of the budget's currency.")


@strawberry.input(description="What reaching some people counts: those of a category, of a region, or of either.")
class AudienceWeightInput:
    weight: int = whole("How much each counts.", least=0, most=1_000)
    category_id: strawberry.ID | None = id_of(
        "Category",
        description="Who said that they care for this category, or likes or keeps three notes of it.",
        default=None,
    )
    region: str | None = line("Who says that they live here.", most=_REGION, default=None)


@strawberry.input(description="What a seeding plan is wanted for.")
class CreateSeedingPlanInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    product_id: strawberry.ID | None = id_of("Product", description="One of its products.", default=None)
    most: int = whole("How many people may be chosen.", least=1, most=_MOST_CHOSEN)
    budget_minor: MinorUnits | None = known("What they may cost together, in minor units.", default=None)
    prices: list[CreatorPriceInput] | None = several("Their prices.", most=_MOST_PRICES, default=None)
    default_price_minor: MinorUnits | None = known(
        "Price of everybody else; without it, a budget leaves them out.", default=None
    )
    min_followers: int = whole("Followers that who is chosen has at least.", least=0, most=2**31 - 1, default=0)
    forced_ids: list[strawberry.ID] | None = ids_of(
        "User", most=_MOST_CHOSEN, description="People who are chosen in any case.", default=None
    )
    forbidden_ids: list[strawberry.ID] | None = ids_of(
        "User", most=_MOST_PRICES, description="People who are not chosen.", default=None
    )
    model: InfluenceModel = known(_MODEL, default=InfluenceModel.LEARNT)
    audience: list[AudienceWeightInput] | None = several(_AUDIENCE, most=50, default=None)
    otherwise: int = whole(_OTHERWISE, least=0, most=1_000, default=0)
    chance: int = whole(_CHANCE, least=0, most=2**31 - 1, default=1)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whose reach is to be simulated.")
class SimulateSeedsInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    product_id: strawberry.ID | None = id_of("Product", description="One of its products.", default=None)
    user_ids: list[strawberry.ID] = ids_of("User", most=_MOST_CHOSEN, description="Whom the brand chose.")
    model: InfluenceModel = known(_MODEL, default=InfluenceModel.LEARNT)
    audience: list[AudienceWeightInput] | None = several(_AUDIENCE, most=50, default=None)
    otherwise: int = whole(_OTHERWISE, least=0, most=1_000, default=0)
    chance: int = whole(_CHANCE, least=0, most=2**31 - 1, default=1)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A seeding plan.")
class CancelSeedingPlanInput:
    seeding_plan_id: strawberry.ID = id_of("SeedingPlan", description="The plan.")


@strawberry.type(description="The seeding plan after the change.")
class SeedingPlanPayload(Payload):
    seeding_plan: SeedingPlan | None = ref("The plan.")


@strawberry.type
class SeedingPlanMutations:
    """Mutations of seeding plans."""

    create_seeding_plan: SeedingPlanPayload | None = mutation(
        seeding_plans.create_seeding_plan,
        CreateSeedingPlanInput,
        "Has creators chosen who reach most of an audience; the plan is computed in the background.",
        access=STAFF,
    )
    simulate_seeds: SeedingPlanPayload | None = mutation(
        seeding_plans.simulate_seeds,
        SimulateSeedsInput,
        "Has the reach of a choice made by hand simulated, in the background.",
        access=STAFF,
    )
    cancel_seeding_plan: SeedingPlanPayload | None = mutation(
        seeding_plans.cancel_seeding_plan,
        CancelSeedingPlanInput,
        "Ends a plan that waits or is being computed; one that was cancelled stays so.",
        access=STAFF,
    )
