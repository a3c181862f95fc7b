"""Brands: founded, described, vetted, and run by those who work for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graph import audit, embeddings
from graph.database import Transaction
from graph.errors import Conflict, Forbidden, LimitExceeded, Taken, found, may_act
from graph.ids import new_id
from graph.rules.access import Role
from graph.statements import beside

STATEMENTS = beside(__file__)
_CREATE_BRAND = STATEMENTS["create_brand"]
_LOCK_BRAND = STATEMENTS["lock_brand"]
_STAFF_OF_BRAND = STATEMENTS["staff_of_brand"]
_UPDATE_BRAND = STATEMENTS["update_brand"]
_SET_BRAND_VERIFIED = STATEMENTS["set_brand_verified"]
_SET_STAFF_ROLE = STATEMENTS["set_staff_role"]
_INVITE_TO_BRAND = STATEMENTS["invite_to_brand"]
_ANSWER_BRAND_INVITATION = STATEMENTS["answer_brand_invitation"]
_REMOVE_BRAND_STAFF = STATEMENTS["remove_brand_staff"]
_OPEN_STORE = STATEMENTS["open_store"]

MAX_STAFF = 200
_NO_BRAND = "no brand has this id"
_NO_PERSON = "no person that you may see has this id"
_NO_INVITATION = "no brand with this id invites you"


class StaffRole(StrEnum):
    """What somebody is to a brand."""

    OWNER = "owner"
    EDITOR = "editor"


ANY_STAFF = frozenset(StaffRole)
OWNERS = frozenset({StaffRole.OWNER})
VETTING = frozenset({Role.MODERATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class BrandChange:
    """What of a brand changes; None leaves a value as it is, a name in `clear` empties it."""

    handle: str | None = None
    name: str | None = None
    name_en: str | None = None
    description: str | None = None
    clear: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Staff:
    """Who works for a brand: roles by person, of all and of those who may act."""

    roles: dict[str, StaffRole]
    active: frozenset[str]

    def require(self, user_id: str, roles: Collection[StaffRole]) -> None:
        """Returns when the person has one of the roles and may act. Raises Forbidden."""
        if user_id not in self.active or self.roles[user_id] not in roles:
            raise Forbidden(f"only the brand's staff may do this, as {' or '.join(sorted(roles))}", field=("brand_id",))

    def keep_an_owner(self, user_id: str) -> None:
        """Returns when somebody else who may act owns the brand too. Raises Conflict."""
        if not any(self.roles[other] is StaffRole.OWNER for other in self.active - {user_id}):
            raise Conflict("the brand would have no owner", field=("user_id",))


async def create_brand(
    tx: Transaction,
    *,
    user_id: str,
    handle: str,
    name: str,
    name_en: str | None,
    description: str | None,
    now: datetime,
) -> str:
    """The id of a new brand, not vetted, owned by this person. Raises Forbidden, and Conflict for a taken handle."""
    brand_id = new_id("Brand")
    try:
        row = await tx.row(
            _CREATE_BRAND, user_id=user_id, brand_id=brand_id, handle=handle, name=name, name_en=name_en,
            description=description, now=now,
        )  # fmt: skip
    except Taken:
        raise Conflict("this handle is taken", field=("handle",)) from None
    may_act(row)
    await embeddings.changed(tx, node_id=brand_id, now=now)
    return brand_id


async def update_brand(tx: Transaction, *, user_id: str, brand_id: str, change: BrandChange, now: datetime) -> None:
    """Changes what a brand says of itself. Raises NotFound, Forbidden, and Conflict for a handle that is taken."""
    await require_staff(tx, user_id=user_id, brand_id=brand_id, roles=ANY_STAFF, now=now)
    try:
        await tx.row(
            _UPDATE_BRAND, brand_id=brand_id, handle=change.handle, name=change.name, name_en=change.name_en,
            description=change.description, clear=list(change.clear),
        )  # fmt: skip
    except Taken:
        raise Conflict("this handle is taken", field=("handle",)) from None
    await embeddings.changed(tx, node_id=brand_id, now=now)


async def set_brand_verified(tx: Transaction, *, actor_id: str, brand_id: str, verified: bool, now: datetime) -> None:
    """Says whether the brand passed vetting, and keeps who said so. Raises Forbidden and NotFound."""
    roles = sorted(VETTING)
    row = await tx.row(_SET_BRAND_VERIFIED, actor_id=actor_id, brand_id=brand_id, verified=verified, roles=roles)
    if row is None:
        raise Forbidden(f"this takes the role {' or '.join(roles)}")
    found(row["brand_id"], _NO_BRAND, "brand_id")
    kind = "brand_verified" if verified else "brand_unverified"
    await audit.record(tx, kind=kind, actor_id=actor_id, subject_id=brand_id, detail={}, now=now)


async def add_brand_staff(
    tx: Transaction, *, actor_id: str, brand_id: str, user_id: str, role: StaffRole, now: datetime
) -> None:
    """Changes the role of somebody who works for the brand; invites whoever does not: nobody is made staff unasked.

    Raises NotFound, Forbidden for all but owners, Conflict where the last owner would become something else, and
    LimitExceeded for too many.
    """
    staff = await require_staff(tx, user_id=actor_id, brand_id=brand_id, roles=OWNERS, now=now)
    if user_id in staff.roles:
        if role is not StaffRole.OWNER and staff.roles[user_id] is StaffRole.OWNER:
            staff.keep_an_owner(user_id)
        await tx.row(_SET_STAFF_ROLE, brand_id=brand_id, user_id=user_id, role=role.value)
        kind = "brand_role_changed"
    else:
        row = await tx.row(
            _INVITE_TO_BRAND, actor_id=actor_id, brand_id=brand_id, user_id=user_id, role=role.value, now=now
        )
        if found(row, _NO_PERSON, "user_id")["people"] > MAX_STAFF:
            raise LimitExceeded(f"at most {MAX_STAFF} work for a brand or are invited to", field=("brand_id",))
        kind = "brand_staff_invited"
    await _record(tx, kind=kind, actor_id=actor_id, brand_id=brand_id, user_id=user_id, role=role, now=now)


async def answer_invitation(tx: Transaction, *, user_id: str, brand_id: str, accepted: bool, now: datetime) -> None:
    """The person works for the brand that invited them, or turns it down. Raises NotFound, Forbidden."""
    found(await tx.row(_LOCK_BRAND, brand_id=brand_id, now=now), _NO_BRAND, "brand_id")
    row = may_act(await tx.row(_ANSWER_BRAND_INVITATION, user_id=user_id, brand_id=brand_id, accepted=accepted))
    role = StaffRole(found(row["role"], _NO_INVITATION, "brand_id"))
    kind = "brand_staff_added" if accepted else "brand_staff_declined"
    await _record(tx, kind=kind, actor_id=user_id, brand_id=brand_id, user_id=user_id, role=role, now=now)


async def remove_brand_staff(tx: Transaction, *, actor_id: str, brand_id: str, user_id: str, now: datetime) -> None:
    """The person works for the brand no more, or is not invited any more: an owner says so; staff for themselves.

    Raises NotFound, Forbidden, and Conflict for the last owner.
    """
    roles = ANY_STAFF if actor_id == user_id else OWNERS
    staff = await require_staff(tx, user_id=actor_id, brand_id=brand_id, roles=roles, now=now)
    if staff.roles.get(user_id) is StaffRole.OWNER:
        staff.keep_an_owner(user_id)
    row = await tx.row(_REMOVE_BRAND_STAFF, brand_id=brand_id, user_id=user_id)
    gone = found(row, "nobody with this id works for the brand or is invited to", "user_id")
    kind = "brand_staff_removed" if gone["worked"] else "brand_staff_uninvited"
    role = StaffRole(gone["role"])
    await _record(tx, kind=kind, actor_id=actor_id, brand_id=brand_id, user_id=user_id, role=role, now=now)


async def _record(
    tx: Transaction, *, kind: str, actor_id: str, brand_id: str, user_id: str, role: StaffRole, now: datetime
) -> None:
    """Keeps who changed whose tie to the brand."""
    detail = {"userId": user_id, "role": role.value}
    await audit.record(tx, kind=kind, actor_id=actor_id, subject_id=brand_id, detail=detail, now=now)


async def open_store(tx: Transaction, *, user_id: str, brand_id: str, name: str, kind: str, now: datetime) -> str:
    """The id of a new store of the brand. Raises NotFound or Forbidden."""
    await require_staff(tx, user_id=user_id, brand_id=brand_id, roles=ANY_STAFF, now=now)
    store_id = new_id("Store")
    await tx.row(_OPEN_STORE, brand_id=brand_id, store_id=store_id, name=name, kind=kind, now=now)
    return store_id


async def require_staff(
    tx: Transaction, *, user_id: str, brand_id: str, roles: Collection[StaffRole], now: datetime
) -> _Staff:
    """Who works for the brand, which is locked, when this person does in one of the roles.

    Raises NotFound where there is no such brand, and Forbidden.
    """
    found(await tx.row(_LOCK_BRAND, brand_id=brand_id, now=now), _NO_BRAND, "brand_id")
    rows = await tx.rows(_STAFF_OF_BRAND, brand_id=brand_id)
    staff = _Staff(
        {row["user_id"]: StaffRole(row["role"]) for row in rows},
        frozenset(row["user_id"] for row in rows if row["active"]),
    )
    staff.require(user_id, roles)
    return staff
