"""Seeding plans: whom a brand could give samples to, and what its own choice would reach."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

import orjson
import strawberry

from graph.projection.mapping import ascending
from graph.rules import visibility
from graph.rules.access import Access
from schema.catalogue import Product
from schema.mapped import computed, many, one, open_to, plain, prop, visible_when
from schema.people import User
from schema.relay import Node, Page
from schema.scalars import DateTime, MinorUnits

_STAFF = Access(None, "who works for the brand")


@strawberry.enum(description="What a seeding plan is.")
class SeedingKind(Enum):
    PLAN = strawberry.enum_value("plan", description="Creators are chosen, so that most of an audience is reached.")
    SIMULATION = strawberry.enum_value("simulation", description="The reach of people whom the brand chose.")


@strawberry.enum(description="Where a seeding plan is.")
class SeedingState(Enum):
    QUEUED = strawberry.enum_value("queued", description="Waits to be computed.")
    RUNNING = strawberry.enum_value("running", description="Is being computed.")
    DONE = strawberry.enum_value("done", description="Is there.")
    FAILED = strawberry.enum_value("failed", description="Could not be computed; failureReason says why.")
    CANCELLED = strawberry.enum_value("cancelled", description="Was cancelled before it was there.")


@strawberry.enum(description="How probable it is that a person reaches one of their followers.")
class InfluenceModel(Enum):
    LEARNT = strawberry.enum_value("learnt", description="As often as the follower took up the person's notes.")
    WEIGHTED_CASCADE = strawberry.enum_value(
        "weighted_cascade", description="1 over the number of people that the follower follows."
    )


@strawberry.enum(description="How a plan is made by hand.")
class SeedingRule(Enum):
    TOP_FOLLOWERS = strawberry.enum_value("top_followers", description="The most followed first.")
    TOP_PAGERANK = strawberry.enum_value("top_pagerank", description="Those of highest PageRank first.")


@open_to(_STAFF)
@strawberry.type(description="What a plan made by hand under the same rules would reach.")
class SeedingComparison:
    rule: SeedingRule = strawberry.field(description="How it is made.")
    expected_reach: float = strawberry.field(description="What it reaches in the mean, as expectedReach of the plan.")
    reach_low: float = strawberry.field(description="Lower end of the interval that holds it in 95 of 100 cases.")
    reach_high: float = strawberry.field(description="Upper end of that interval.")
    price_minor: MinorUnits | None = strawberry.field(description="What it costs; null where a price is not known.")
    user_ids: list[strawberry.ID] = strawberry.field(description="Whom it chooses, best first.")


@open_to(_STAFF)
@strawberry.type(description="Somebody whom a seeding plan chooses.")
class SeedEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: User = plain("The person.")
    position: int = prop("Place among those chosen, from 0: best first.", "edge.position")
    gain: float | None = prop("Reach that they add to those before; null in a simulation.", "edge.gain")
    price_minor: MinorUnits | None = prop("Their price, where it was told.", "edge.priceMinor")


@open_to(_STAFF)
@strawberry.type(description="One page of those whom a seeding plan chooses.")
class SeedConnection(Page):
    edges: list[SeedEdge] = plain("The people with their cursors.")
    nodes: list[User] = plain("The people alone.")


def _told(root: Any) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(root.needs["told"] or "{}")
    return found


async def _audience(root: Any) -> float | None:
    return _told(root).get("audience")


async def _stable(root: Any) -> bool | None:
    return _told(root).get("stable")


async def _comparisons(root: Any) -> list[SeedingComparison]:
    return [
        SeedingComparison(
            rule=SeedingRule(one["rule"]),
            expected_reach=one["expected"],
            reach_low=one["low"],
            reach_high=one["high"],
            price_minor=one["price_minor"],
            user_ids=[strawberry.ID(user_id) for user_id in one["ids"]],
        )
        for one in _told(root).get("rivals", [])
    ]


@visible_when(visibility.SEEDING_PLAN)
@open_to(_STAFF)
@strawberry.type(description="Whom a brand could give samples to, or what its own choice would reach.")
class SeedingPlan(Node):
    kind: SeedingKind = prop("What it is.")
    state: SeedingState = prop("Where it is.")
    progress: float = prop("How far it is, about, 0 to 1.")
    created_at: DateTime = prop("When it was asked for.")
    started_at: DateTime | None = prop("When it was begun last.")
    finished_at: DateTime | None = prop("When it ended.")
    failure_reason: str | None = prop("Why it could not be computed.", "this.reason")
    brand_id: strawberry.ID = prop("Id of the brand it is for.")
    product: Product | None = one("(this)-[:ABOUT]->(that:Product)", "The product it is for, if it is for one.")
    expected_reach: float | None = prop(
        "What is reached in the mean: people, or their weights where the audience has some. Those chosen count too."
    )
    reach_low: float | None = prop("Lower end of the interval that holds it in 95 of 100 cases.")
    reach_high: float | None = prop("Upper end of that interval.")
    certificate: float | None = prop(
        "At least that part of what any choice under the same rules could reach is reached; null for a simulation."
    )
    audience: float | None = computed(_audience, "What there is to be reached in all.", told="this.told")
    stable: bool | None = computed(
        _stable, "Whether more samples would have changed little; false: the memory for them ended.", told="this.told"
    )
    seeds: SeedConnection = many(
        "MATCH (this)-[edge:CHOSE]->(that:User)",
        "Whom it chooses, best first.",
        order=replace(ascending("edge.position", "integer"), carries=("that", "edge")),
        total="COUNT { (this)-[:CHOSE]->() }",
    )
    comparisons: list[SeedingComparison] = computed(
        _comparisons, "What plans made by hand under the same rules would reach.", told="this.told"
    )
