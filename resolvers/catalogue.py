"""The catalogue: products, their variants and stock."""

from __future__ import annotations

from typing import Any

from graph import catalogue
from graph.catalogue import NewProduct, NewVariant, ProductChange
from graph.database import Transaction
from resolvers.act import Act, Values, unit
from resolvers.changes import changes


@unit
async def create_product(act: Act, tx: Transaction, given: Any) -> Values:
    """The brand's new product."""
    product = NewProduct(
        name=given.name,
        description=given.description,
        category_id=given.category_id,
        currency=given.currency,
        state=given.state.value,
        variants=[_variant(one) for one in given.variants],
        store_ids=given.store_ids,
    )
    product_id = await catalogue.create_product(
        tx, user_id=act.viewer_id, brand_id=given.brand_id, product=product, now=act.now
    )
    return {"product": product_id}


@unit
async def update_product(act: Act, tx: Transaction, given: Any) -> Values:
    """The product with what changed."""
    values, clear = changes(given, "product_id", may_be_empty={"description"})
    if "state" in values:
        values["state"] = values["state"].value
    change = ProductChange(**values, clear=clear)
    await catalogue.update_product(tx, user_id=act.viewer_id, product_id=given.product_id, change=change, now=act.now)
    return {"product": given.product_id}


@unit
async def add_variant(act: Act, tx: Transaction, given: Any) -> Values:
    """The product and its new variant."""
    variant_id = await catalogue.add_variant(
        tx, user_id=act.viewer_id, product_id=given.product_id, variant=_variant(given), now=act.now
    )
    return {"product": given.product_id, "variant": variant_id}


@unit
async def update_variant(act: Act, tx: Transaction, given: Any) -> Values:
    """The variant with what changed."""
    values, _ = changes(given, "variant_id")
    await catalogue.update_variant(
        tx,
        user_id=act.viewer_id,
        variant_id=given.variant_id,
        name=values.get("name"),
        price_minor=values.get("price_minor"),
        now=act.now,
    )
    return {"variant": given.variant_id}


@unit
async def adjust_stock(act: Act, tx: Transaction, given: Any) -> Values:
    """The variant with its new stock."""
    await catalogue.adjust_stock(tx, user_id=act.viewer_id, variant_id=given.variant_id, delta=given.delta, now=act.now)
    return {"variant": given.variant_id}


def _variant(given: Any) -> NewVariant:
    return NewVariant(sku=given.sku, name=given.name, price_minor=given.price_minor, stock=given.stock)
