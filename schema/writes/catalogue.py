"""Mutations of products, their variants and stock."""

from __future__ import annotations

import strawberry

from graph.catalogue import MAX_VARIANTS
from graph.model import NODE_BY_LABEL
from graph.rules.access import STAFF
from graph.rules.orders import LARGEST_MINOR, LARGEST_STOCK
from resolvers import catalogue
from schema.catalogue import Product, ProductState, Variant
from schema.inputs import body, currency, id_of, idempotency_key, ids_of, known, line, several, whole
from schema.mapped import ref
from schema.mutating import Payload, mutation
from schema.scalars import MinorUnits

_PRODUCT = NODE_BY_LABEL["Product"]
_VARIANT = NODE_BY_LABEL["Variant"]
_UNSET = strawberry.UNSET
_PRICE = "Price of one unit, in minor units of the product's currency."
_VARIANT_NAME = "What tells it from its siblings."


@strawberry.input(description="A new variant.")
class NewVariantInput:
    sku: str = line("Stock keeping unit: a name that no other variant has.", most=_VARIANT.longest("sku"))
    name: str = line(_VARIANT_NAME, most=_VARIANT.longest("name"))
    price_minor: MinorUnits = whole(_PRICE, least=1, most=LARGEST_MINOR)
    stock: int = whole("Units that can be sold.", least=0, most=LARGEST_STOCK)


@strawberry.input(description="A new product of a brand.")
class CreateProductInput:
    brand_id: strawberry.ID = id_of("Brand", description="Who makes it.")
    name: str = line("Name shown.", most=_PRODUCT.longest("name"))
    description: str | None = body("What it is.", most=_PRODUCT.longest("description"), default=None)
    category_id: strawberry.ID = id_of("Category", description="Its category.")
    currency: str = currency("ISO 4217 code that all its prices are in, such as CNY.")
    variants: list[NewVariantInput] = several("The sizes, shades or packs it comes in, in order.", most=MAX_VARIANTS)
    state: ProductState = known("Whether it is on sale at once.", default=ProductState.LISTED)
    store_ids: list[strawberry.ID] = ids_of(
        "Store", most=20, description="Stores of the brand that sell it.", default=()
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a product changes; what is left out stays.")
class UpdateProductInput:
    product_id: strawberry.ID = id_of("Product", description="The product.")
    name: str | None = line("Name shown.", most=_PRODUCT.longest("name"), default=_UNSET)
    description: str | None = body("What it is; null empties it.", most=_PRODUCT.longest("description"), default=_UNSET)
    category_id: strawberry.ID | None = id_of("Category", description="Its category.", default=_UNSET)
    state: ProductState | None = known("Whether it is on sale.", default=_UNSET)


@strawberry.input(description="One more variant of a product.")
class AddVariantInput:
    product_id: strawberry.ID = id_of("Product", description="The product.")
    sku: str = line("Stock keeping unit: a name that no other variant has.", most=_VARIANT.longest("sku"))
    name: str = line(_VARIANT_NAME, most=_VARIANT.longest("name"))
    price_minor: MinorUnits = whole(_PRICE, least=1, most=LARGEST_MINOR)
    stock: int = whole("Units that can be sold.", least=0, most=LARGEST_STOCK)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a variant changes; what is left out stays.")
class UpdateVariantInput:
    variant_id: strawberry.ID = id_of("Variant", description="The variant.")
    name: str | None = line(_VARIANT_NAME, most=_VARIANT.longest("name"), default=_UNSET)
    price_minor: MinorUnits | None = whole(_PRICE, least=1, most=LARGEST_MINOR, default=_UNSET)


@strawberry.input(description="Units that came or went otherwise than by orders.")
class AdjustStockInput:
    variant_id: strawberry.ID = id_of("Variant", description="The variant.")
    delta: int = whole("How many came; negative: went.", least=-LARGEST_STOCK, most=LARGEST_STOCK)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The product after the change.")
class ProductPayload(Payload):
    product: Product | None = ref("The product.")


@strawberry.type(description="The product and its new variant.")
class AddVariantPayload(Payload):
    product: Product | None = ref("The product.")
    variant: Variant | None = ref("The variant.")


@strawberry.type(description="The variant after the change.")
class VariantPayload(Payload):
    variant: Variant | None = ref("The variant.")


@strawberry.type
class CatalogueMutations:
    """Mutations of products."""

    create_product: ProductPayload | None = mutation(
        catalogue.create_product, CreateProductInput, "Adds a product to a brand, with its variants.", access=STAFF
    )
    update_product: ProductPayload | None = mutation(
        catalogue.update_product, UpdateProductInput, "Changes a product, lists or unlists it.", access=STAFF
    )
    add_variant: AddVariantPayload | None = mutation(
        catalogue.add_variant, AddVariantInput, "Adds a variant to a product, behind the others.", access=STAFF
    )
    update_variant: VariantPayload | None = mutation(
        catalogue.update_variant,
        UpdateVariantInput,
        "Changes a variant's name or price; orders keep the price they were placed at.",
        access=STAFF,
    )
    adjust_stock: VariantPayload | None = mutation(
        catalogue.adjust_stock, AdjustStockInput, "Adds units to a variant's stock or takes them out.", access=STAFF
    )
