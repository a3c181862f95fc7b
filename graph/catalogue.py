"""The catalogue: products and their variants, prices and stock, kept by the staff of the brand that makes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from graph import embeddings
from graph.brands import ANY_STAFF, require_staff
from graph.database import Transaction
from graph.errors import Conflict, Forbidden, LimitExceeded, NotFound, Taken, found
from graph.ids import new_id
from graph.rules import orders as rules
from graph.statements import beside

STATEMENTS = beside(__file__)
_CREATE_PRODUCT = STATEMENTS["create_product"]
_LOCK_PRODUCT = STATEMENTS["lock_product"]
_PRODUCT_OF_VARIANT = STATEMENTS["product_of_variant"]
_UPDATE_PRODUCT = STATEMENTS["update_product"]
_MOVE_PRODUCT = STATEMENTS["move_product"]
_ADD_VARIANT = STATEMENTS["add_variant"]
_UPDATE_VARIANT = STATEMENTS["update_variant"]
_LOWER_PRICE = STATEMENTS["lower_price"]
_LOCK_VARIANT = STATEMENTS["lock_variant"]
_SET_STOCK = STATEMENTS["set_stock"]

MAX_VARIANTS = 50
_NO_CATEGORY = "no category has this id"
_NO_PRODUCT = "no product that you may see has this id"
_NO_VARIANT = "no variant that you may see has this id"


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A variant to be; the price is in minor units of its product's currency, the stock in units."""

    sku: str
    name: str
    price_minor: int
    stock: int


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be, with at least one variant; `state` is `listed` or `unlisted`."""

    name: str
    description: str | None
    category_id: str
    currency: str
    state: str
    variants: Sequence[NewVariant]
    store_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What of a product changes; None leaves a value as it is, a name in `clear` empties it."""

    name: str | None = None
    description: str | None = None
    category_id: str | None = None
    state: str | None = None
    clear: Collection[str] = ()


async def create_product(tx: Transaction, *, user_id: str, brand_id: str, product: NewProduct, now: datetime) -> str:
    """The id of the brand's new product. Raises NotFound, Forbidden, and Conflict for a stock keeping unit in use."""
    await require_staff(tx, user_id=user_id, brand_id=brand_id, roles=ANY_STAFF, now=now)
    product_id = new_id("Product")
    variants = [
        {**asdict(one), "id": new_id("Variant"), "position": position} for position, one in enumerate(product.variants)
    ]
    try:
        row = await tx.row(
            _CREATE_PRODUCT, brand_id=brand_id, product_id=product_id, name=product.name,
            description=product.description, category_id=product.category_id, state=product.state,
            currency=product.currency, price_minor=min(one.price_minor for one in product.variants), variants=variants,
            store_ids=list(product.store_ids), now=now,
        )  # fmt: skip
    except Taken:
        raise Conflict("a stock keeping unit is in use", field=("variants",)) from None
    if found(row, _NO_CATEGORY, "category_id")["sold"] < len(product.store_ids):
        raise NotFound("the brand runs no such store", field=("store_ids",))
    await embeddings.changed(tx, node_id=product_id, now=now)
    return product_id


async def update_product(
    tx: Transaction, *, user_id: str, product_id: str, change: ProductChange, now: datetime
) -> None:
    """Changes the product. Raises NotFound or Forbidden."""
    await _lock_product(tx, user_id=user_id, product_id=product_id, now=now)
    await tx.row(
        _UPDATE_PRODUCT, product_id=product_id, name=change.name, description=change.description, state=change.state,
        clear=list(change.clear),
    )  # fmt: skip
    if change.category_id is not None:
        row = await tx.row(_MOVE_PRODUCT, product_id=product_id, category_id=change.category_id)
        found(row, _NO_CATEGORY, "category_id")
    await embeddings.changed(tx, node_id=product_id, now=now)


async def add_variant(tx: Transaction, *, user_id: str, product_id: str, variant: NewVariant, now: datetime) -> str:
    """The id of the product's new variant, behind its others.

    Raises NotFound, Forbidden, Conflict for a stock keeping unit in use, LimitExceeded for too many variants.
    """
    await _lock_product(tx, user_id=user_id, product_id=product_id, now=now)
    variant_id = new_id("Variant")
    try:
        row = await tx.row(_ADD_VARIANT, product_id=product_id, variant_id=variant_id, **asdict(variant))
    except Taken:
        raise Conflict("this stock keeping unit is in use", field=("sku",)) from None
    if found(row, _NO_PRODUCT, "product_id")["variants"] > MAX_VARIANTS:
        raise LimitExceeded(f"a product has at most {MAX_VARIANTS} variants", field=("product_id",))
    await tx.row(_LOWER_PRICE, product_id=product_id)
    return variant_id


async def update_variant(
    tx: Transaction, *, user_id: str, variant_id: str, name: str | None, price_minor: int | None, now: datetime
) -> None:
    """Changes the variant (None: as it was); its product's price follows. Raises NotFound or Forbidden."""
    product_id = await _lock_product_of(tx, user_id=user_id, variant_id=variant_id, now=now)
    await tx.row(_LOCK_VARIANT, variant_id=variant_id, now=now)
    await tx.row(_UPDATE_VARIANT, variant_id=variant_id, name=name, price_minor=price_minor)
    await tx.row(_LOWER_PRICE, product_id=product_id)


async def adjust_stock(tx: Transaction, *, user_id: str, variant_id: str, delta: int, now: datetime) -> int:
    """How many units can be sold after `delta` came or went. Raises NotFound, Forbidden, Conflict below nothing."""
    await _lock_product_of(tx, user_id=user_id, variant_id=variant_id, now=now)
    row = found(await tx.row(_LOCK_VARIANT, variant_id=variant_id, now=now), _NO_VARIANT, "variant_id")
    stock = rules.adjusted(stock=row["stock"], delta=delta)
    await tx.row(_SET_STOCK, variant_id=variant_id, stock=stock)
    return stock


async def _lock_product(
    tx: Transaction,
    *,
    user_id: str,
    product_id: str,
    now: datetime,
    missing: str = _NO_PRODUCT,
    field: str = "product_id",
) -> None:
    """Locks a product of a brand that this person works for. Raises NotFound or Forbidden."""
    row = found(await tx.row(_LOCK_PRODUCT, user_id=user_id, product_id=product_id, now=now), missing, field)
    if not row["staff"]:
        raise Forbidden("only the staff of the brand that makes it may do this", field=(field,))


async def _lock_product_of(tx: Transaction, *, user_id: str, variant_id: str, now: datetime) -> str:
    """The id of the variant's product, locked as by `_lock_product`."""
    row = found(await tx.row(_PRODUCT_OF_VARIANT, variant_id=variant_id), _NO_VARIANT, "variant_id")
    product_id: str = row["product_id"]
    await _lock_product(tx, user_id=user_id, product_id=product_id, now=now, missing=_NO_VARIANT, field="variant_id")
    return product_id
