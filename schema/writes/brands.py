"""Mutations of brands, of who works for them, and of their stores."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import MEMBERS, STAFF, Role, members, only
from resolvers import brands
from schema.brands import Brand, StaffRole, Store, StoreKind
from schema.inputs import body, id_of, idempotency_key, known, line
from schema.mapped import ref
from schema.mutating import Payload, mutation
from schema.people import User
from schema.writes.people import BrandInput, BrandPayload

_BRAND = NODE_BY_LABEL["Brand"]
_UNSET = strawberry.UNSET
_HANDLE = "Unique name: 3 to 30 letters a-z, digits or _, beginning with a letter."
_OWNERS = only(Role.BRAND_STAFF, condition="owners of the brand")
_OWNERS_AND_SELF = only(Role.BRAND_STAFF, condition="owners of the brand; the others for themselves")
_INVITED = members("whom the brand invited")
_VETTERS = only(Role.MODERATOR, Role.ADMIN)


@strawberry.input(description="A new brand.")
class CreateBrandInput:
    handle: str = line(_HANDLE, most=31)
    name: str = line("Name shown.", most=_BRAND.longest("name"))
    name_en: str | None = line("English name.", most=_BRAND.longest("nameEn"), default=None)
    description: str | None = body("What the brand says of itself.", most=_BRAND.longest("description"), default=None)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a brand changes; what is left out stays.")
class UpdateBrandInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    handle: str | None = line(_HANDLE, most=31, default=_UNSET)
    name: str | None = line("Name shown.", most=_BRAND.longest("name"), default=_UNSET)
    name_en: str | None = line("English name; null empties it.", most=_BRAND.longest("nameEn"), default=_UNSET)
    description: str | None = body(
        "What the brand says of itself; null empties it.", most=_BRAND.longest("description"), default=_UNSET
    )


@strawberry.input(description="What came of vetting.")
class SetBrandVerifiedInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    verified: bool = known("Whether it passed.")


@strawberry.input(description="Who is to work for a brand, and as what.")
class AddBrandStaffInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    user_id: strawberry.ID = id_of("User", description="The person.")
    role: StaffRole = known("What they are to the brand, whatever they were.")


@strawberry.input(description="Who works for a brand no more, or is not invited to any more.")
class RemoveBrandStaffInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")
    user_id: strawberry.ID = id_of("User", description="The person.")


@strawberry.input(description="A new store.")
class OpenStoreInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand that runs it.")
    name: str = line("Name shown.", most=NODE_BY_LABEL["Store"].longest("name"))
    kind: StoreKind = known("What sort of store it is.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The brand and a person, after the change.")
class BrandStaffPayload(Payload):
    brand: Brand | None = ref("The brand.")
    user: User | None = ref("The person.")


@strawberry.type(description="The store after the change.")
class StorePayload(Payload):
    store: Store | None = ref("The store.")


@strawberry.type
class BrandMutations:
    """Mutations of brands."""

    create_brand: BrandPayload | None = mutation(
        brands.create_brand, CreateBrandInput, "Makes a brand, not vetted yet, that the viewer owns.", access=MEMBERS
    )
    update_brand: BrandPayload | None = mutation(
        brands.update_brand, UpdateBrandInput, "Changes what a brand says of itself.", access=STAFF
    )
    set_brand_verified: BrandPayload | None = mutation(
        brands.set_brand_verified, SetBrandVerifiedInput, "Says whether a brand passed vetting.", access=_VETTERS
    )
    add_brand_staff: BrandStaffPayload | None = mutation(
        brands.add_brand_staff,
        AddBrandStaffInput,
        "Invites a person to work for a brand, or changes the role of somebody who does.",
        access=_OWNERS,
    )
    accept_brand_invitation: BrandPayload | None = mutation(
        brands.accept_brand_invitation,
        BrandInput,
        "Takes up the invitation to work for a brand; the viewer's next tokens name it.",
        access=_INVITED,
    )
    decline_brand_invitation: BrandPayload | None = mutation(
        brands.decline_brand_invitation,
        BrandInput,
        "Turns down the invitation to work for a brand.",
        access=_INVITED,
    )
    remove_brand_staff: BrandStaffPayload | None = mutation(
        brands.remove_brand_staff,
        RemoveBrandStaffInput,
        "Ends that a person works for a brand, which keeps an owner, or withdraws their invitation.",
        access=_OWNERS_AND_SELF,
    )
    open_store: StorePayload | None = mutation(
        brands.open_store, OpenStoreInput, "Opens a store of a brand.", access=STAFF
    )
