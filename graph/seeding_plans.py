"""Seeding plans of brands: asked for, cancelled, begun, and what came of them; a job computes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from graph import outbox
from graph.brands import ANY_STAFF, require_staff
from graph.database import Database, Transaction
from graph.errors import Conflict, LimitExceeded, NotFound, found
from graph.ids import new_id
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_SUBJECT = STATEMENTS["seeding_subject"]
_CREATORS = STATEMENTS["creators_known"]
_CATEGORIES = STATEMENTS["categories_known"]
_CREATE = STATEMENTS["create_seeding_plan"]
_CREATE_OF_BRAND = STATEMENTS["create_seeding_plan_of_brand"]
_LOCK = STATEMENTS["lock_seeding_plan"]
_CANCEL = STATEMENTS["cancel_seeding_plan"]
_WAITING = STATEMENTS["waiting_seeding_plans"]
_BEGIN = STATEMENTS["begin_seeding_plan"]
_NOTE_PROGRESS = STATEMENTS["note_seeding_progress"]
_FINISH = STATEMENTS["finish_seeding_plan"]
_FAIL = STATEMENTS["fail_seeding_plan"]

EVENT = "seeding_plans"
MAX_WAITING = 3
_LONGEST_REASON = 300


class Kind(StrEnum):
    """What is wanted."""

    PLAN = "plan"
    SIMULATION = "simulation"


class Model(StrEnum):
    """How probable it is that somebody reaches a follower."""

    LEARNT = "learnt"
    WEIGHTED_CASCADE = "weighted_cascade"


@dataclass(frozen=True, slots=True)
class AudienceWeight:
    """What reaching people counts who care for the category or live in the region (either is None)."""

    weight: int
    category_id: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    `audience`: the highest weight that fits counts, `otherwise` where none does; empty: 1 for everybody. `prices` in
    minor units; who has none costs `default_price_minor`, or with a budget cannot be chosen where that is None.
    `seeds` are those whose reach is simulated.
    """

    kind: Kind
    model: Model = Model.LEARNT
    most: int = 0
    budget_minor: int | None = None
    prices: Mapping[str, int] = field(default_factory=dict)
    default_price_minor: int | None = None
    min_followers: int = 0
    forced: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    audience: Sequence[AudienceWeight] = ()
    otherwise: int = 0
    seeds: Sequence[str] = ()
    chance: int = 1


@dataclass(frozen=True, slots=True)
class Begun:
    """A plan that is being computed, and for which time."""

    id: str
    brand_id: str
    wish: Wish
    attempts: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody chosen: what they add to the reach of those before, and their price; None: not known."""

    id: str
    gain: float | None
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Rival:
    """A plan made otherwise under the same rules: how, its reach with the interval, and whom it chose, by id."""

    rule: str
    expected: float
    low: float
    high: float
    price_minor: int | None
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan: reach in audience weight with its interval, and of how much in all (`audience`).

    `certificate` is None for a simulation. `stable`: more samples would have changed little.
    """

    chosen: Sequence[Chosen]
    expected: float
    low: float
    high: float
    certificate: float | None
    audience: float
    people: int
    edges: int
    stable: bool
    rivals: Sequence[Rival] = ()


async def create_seeding_plan(
    tx: Transaction, *, user_id: str, brand_id: str, product_id: str | None, wish: Wish, now: datetime
) -> str:
    """The id of a plan that waits to be computed.

    Raises NotFound (brand, product, person or category), Forbidden for who does not work for the brand, and
    LimitExceeded where too many of the brand's plans wait.
    """
    await require_staff(tx, user_id=user_id, brand_id=brand_id, roles=ANY_STAFF, now=now)
    subject = await tx.row(_SUBJECT, brand_id=brand_id, product_id=product_id)
    assert subject is not None, "the brand is locked"
    if product_id is not None and subject["category_id"] is None:
        raise NotFound("the brand makes no product with this id", field=("product_id",))
    await _require_known(tx, user_id, wish)
    if subject["waiting"] >= MAX_WAITING:
        raise LimitExceeded(f"at most {MAX_WAITING} plans of a brand wait at a time", field=("brand_id",))
    if product_id is not None and not wish.audience:
        wish = replace(wish, audience=[AudienceWeight(1, category_id=subject["category_id"])])
    plan_id = new_id("SeedingPlan")
    await tx.row(
        _CREATE if product_id else _CREATE_OF_BRAND, plan_id=plan_id, brand_id=brand_id, product_id=product_id,
        user_id=user_id, kind=wish.kind.value, wish=orjson.dumps(asdict(wish)).decode(), now=now,
    )  # fmt: skip
    await outbox.emit(tx, kind=EVENT, key=EVENT, data={}, now=now)
    return plan_id


async def cancel_seeding_plan(tx: Transaction, *, user_id: str, plan_id: str, now: datetime) -> None:
    """Ends a plan that waits or runs; one that was cancelled stays so.

    Raises NotFound for who does not work for the brand, and Conflict for a plan that is through.
    """
    row = await tx.row(_LOCK, plan_id=plan_id, user_id=user_id, now=now)
    state = found(row, "no seeding plan of a brand that you work for has this id", "seeding_plan_id")["state"]
    if state == "cancelled":
        return
    if await tx.row(_CANCEL, plan_id=plan_id, now=now) is None:
        raise Conflict(f"the plan is {state}", field=("seeding_plan_id",))


async def waiting(database: Database) -> int:
    """How many plans wait or run."""
    row = await database.row(_WAITING)
    assert row is not None, "counting gives a row"
    return int(row["waiting"])


async def begin(database: Database, *, now: datetime) -> Begun | None:
    """The plan that waits longest, begun; None: none waits. Only who holds the job may call this."""
    row = await database.row(_BEGIN, now=now)
    if row is None:
        return None
    return Begun(row["id"], row["brand_id"], _wish(orjson.loads(row["wish"])), row["attempts"])


async def note_progress(database: Database, *, plan_id: str, progress: float, now: datetime) -> bool:
    """Notes how far a plan is, 0 to 1; False: it is to run no more."""
    return await database.row(_NOTE_PROGRESS, plan_id=plan_id, progress=progress, now=now) is not None


async def finish(database: Database, *, plan_id: str, outcome: Outcome, now: datetime) -> bool:
    """Keeps what came of a plan; False: it was cancelled meanwhile."""
    told = {
        "audience": outcome.audience, "people": outcome.people, "edges": outcome.edges, "stable": outcome.stable,
        "rivals": [asdict(one) for one in outcome.rivals],
    }  # fmt: skip
    row = await database.row(
        _FINISH, plan_id=plan_id, expected=outcome.expected, low=outcome.low, high=outcome.high,
        certificate=outcome.certificate, told=orjson.dumps(told).decode(), now=now,
        seeds=[{**asdict(one), "position": position} for position, one in enumerate(outcome.chosen)],
    )  # fmt: skip
    return row is not None


async def fail(database: Database, *, plan_id: str, reason: str, now: datetime) -> None:
    """Keeps why nothing came of a plan."""
    await database.row(_FAIL, plan_id=plan_id, reason=reason[:_LONGEST_REASON], now=now)


async def _require_known(tx: Transaction, viewer_id: str, wish: Wish) -> None:
    named = {"user_ids": wish.seeds, "forced_ids": wish.forced, "forbidden_ids": wish.forbidden, "prices": wish.prices}
    for name, ids in named.items():
        await _require(tx, _CREATORS, ids, "no person that you may see has the id {}", name, viewer_id=viewer_id)
    categories = {one.category_id for one in wish.audience if one.category_id is not None}
    await _require(tx, _CATEGORIES, categories, "no category has the id {}", "audience")


async def _require(
    tx: Transaction, statement: Statement, ids: Collection[str], message: str, name: str, **parameters: str
) -> None:
    if not ids:
        return
    known = {row["id"] for row in await tx.rows(statement, ids=list(ids), **parameters)}
    for missing in sorted(set(ids) - known):
        raise NotFound(message.format(missing), field=(name,))


def _wish(values: dict[str, Any]) -> Wish:
    audience = [AudienceWeight(**one) for one in values["audience"]]
    return Wish(**{**values, "kind": Kind(values["kind"]), "model": Model(values["model"]), "audience": audience})
