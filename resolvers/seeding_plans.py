"""Seeding plans: asked for by a brand's staff, and cancelled."""

from __future__ import annotations

from typing import Any

from graph import seeding_plans
from graph.database import Transaction
from graph.errors import Invalid
from graph.seeding_plans import AudienceWeight, Kind, Model, Wish
from resolvers.act import Act, Values, unit


@unit
async def create_seeding_plan(act: Act, tx: Transaction, given: Any) -> Values:
    """The plan, which waits to be computed."""
    forced, forbidden = given.forced_ids or [], given.forbidden_ids or []
    if set(forced) & set(forbidden):
        raise Invalid("nobody can be both forced and forbidden", field=("forbidden_ids",))
    if len(forced) > given.most:
        raise Invalid("more people are forced than may be chosen", field=("forced_ids",))
    wish = Wish(
        Kind.PLAN,
        Model(given.model.value),
        most=given.most,
        budget_minor=given.budget_minor,
        prices=_prices(given),
        default_price_minor=given.default_price_minor,
        min_followers=given.min_followers,
        forced=forced,
        forbidden=forbidden,
        audience=_audience(given),
        otherwise=given.otherwise,
        chance=given.chance,
    )
    return await _create(act, tx, given, wish)


@unit
async def simulate_seeds(act: Act, tx: Transaction, given: Any) -> Values:
    """The simulation, which waits to be computed."""
    if not given.user_ids:
        raise Invalid("userIds must name somebody", field=("user_ids",))
    wish = Wish(
        Kind.SIMULATION,
        Model(given.model.value),
        seeds=given.user_ids,
        audience=_audience(given),
        otherwise=given.otherwise,
        chance=given.chance,
    )
    return await _create(act, tx, given, wish)


@unit
async def cancel_seeding_plan(act: Act, tx: Transaction, given: Any) -> Values:
    """The plan, cancelled."""
    await seeding_plans.cancel_seeding_plan(tx, user_id=act.viewer_id, plan_id=given.seeding_plan_id, now=act.now)
    return {"seeding_plan": given.seeding_plan_id}


async def _create(act: Act, tx: Transaction, given: Any, wish: Wish) -> Values:
    plan_id = await seeding_plans.create_seeding_plan(
        tx, user_id=act.viewer_id, brand_id=given.brand_id, product_id=given.product_id, wish=wish, now=act.now
    )
    return {"seeding_plan": plan_id}


def _prices(given: Any) -> dict[str, int]:
    prices = {one.user_id: one.price_minor for one in given.prices or ()}
    if len(prices) < len(given.prices or ()):
        raise Invalid("prices name somebody twice", field=("prices",))
    return prices


def _audience(given: Any) -> list[AudienceWeight]:
    found = [AudienceWeight(one.weight, one.category_id, one.region) for one in given.audience or ()]
    for number, one in enumerate(found):
        if one.category_id is None and one.region is None:
            raise Invalid("an audience is of a category or of a region", field=("audience", str(number)))
    return found
