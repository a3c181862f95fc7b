"""Brands: founded, described, vetted, staffed, and their stores."""

from __future__ import annotations

from typing import Any

from graph import brands
from graph.brands import BrandChange, StaffRole
from graph.database import Transaction
from graph.rules import credentials as rules
from resolvers.act import Act, Values, unit
from resolvers.changes import changes


@unit
async def create_brand(act: Act, tx: Transaction, given: Any) -> Values:
    """The new brand, owned by whom made it."""
    brand_id = await brands.create_brand(
        tx,
        user_id=act.viewer_id,
        handle=rules.handle(given.handle),
        name=given.name,
        name_en=given.name_en,
        description=given.description,
        now=act.now,
    )
    return {"brand": brand_id}


@unit
async def update_brand(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand with what changed."""
    values, clear = changes(given, "brand_id", may_be_empty={"name_en", "description"})
    if "handle" in values:
        values["handle"] = rules.handle(values["handle"])
    change = BrandChange(**values, clear=clear)
    await brands.update_brand(tx, user_id=act.viewer_id, brand_id=given.brand_id, change=change, now=act.now)
    return {"brand": given.brand_id}


@unit
async def set_brand_verified(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand, vetted or not."""
    await brands.set_brand_verified(
        tx, actor_id=act.viewer_id, brand_id=given.brand_id, verified=given.verified, now=act.now
    )
    return {"brand": given.brand_id}


@unit
async def add_brand_staff(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand and who is invited to work for it, or has another role there."""
    await brands.add_brand_staff(
        tx,
        actor_id=act.viewer_id,
        brand_id=given.brand_id,
        user_id=given.user_id,
        role=StaffRole(given.role.value),
        now=act.now,
    )
    return {"brand": given.brand_id, "user": given.user_id}


@unit
async def accept_brand_invitation(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand that the viewer works for now."""
    await brands.answer_invitation(tx, user_id=act.viewer_id, brand_id=given.brand_id, accepted=True, now=act.now)
    return {"brand": given.brand_id}


@unit
async def decline_brand_invitation(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand that the viewer does not work for."""
    await brands.answer_invitation(tx, user_id=act.viewer_id, brand_id=given.brand_id, accepted=False, now=act.now)
    return {"brand": given.brand_id}


@unit
async def remove_brand_staff(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand and who works for it no more."""
    await brands.remove_brand_staff(
        tx, actor_id=act.viewer_id, brand_id=given.brand_id, user_id=given.user_id, now=act.now
    )
    return {"brand": given.brand_id, "user": given.user_id}


@unit
async def open_store(act: Act, tx: Transaction, given: Any) -> Values:
    """The new store."""
    store_id = await brands.open_store(
        tx, user_id=act.viewer_id, brand_id=given.brand_id, name=given.name, kind=given.kind.value, now=act.now
    )
    return {"store": store_id}
