"""What people look at, as their clients tell, and what they want to see no more of.

An event counts once, however often, in whatever order and in however many batches it comes: its node's id follows from
the person's and the client's, and the relationships hold earliest, latest and sums. The lock on the person makes their
batches follow one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from graph import outbox
from graph.database import Database, Transaction
from graph.errors import Conflict, Invalid, LimitExceeded, may_act
from graph.ids import new_id
from graph.rules.behaviour import Feedback, Kind, Skip, counted, untimely
from graph.seeing import must_see, visible
from graph.statements import beside

STATEMENTS = beside(__file__)
_BEGIN_RECORDING = STATEMENTS["begin_recording"]
_RECORD = STATEMENTS["record_behaviour"]
_SET_CONSENT = STATEMENTS["set_consent"]
_FORGET_COUNTS = STATEMENTS["forget_counts"]
_FORGET_EVENTS_OF = STATEMENTS["forget_events_of"]
_FORGET_OLD_EVENTS = STATEMENTS["forget_old_events"]
_HIDE = STATEMENTS["hide"]
_UNHIDE = STATEMENTS["unhide"]

WITHDRAWN = "behaviour_withdrawn"
MAX_HIDDEN = 5_000
_TOO_MUCH = f"nobody hides more than {MAX_HIDDEN:,}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An event of a batch, by its place from 0, that was not taken."""

    index: int
    code: Skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a batch: new events, events that had counted before, and those that were not taken."""

    accepted: int
    duplicates: int
    skipped: tuple[Skipped, ...]


def event_id(user_id: str, client_id: str) -> str:
    """The id of the event's node."""
    return f"behaviourevent_{hashlib.sha256(orjson.dumps([user_id, client_id])).hexdigest()[:32]}"


async def record(tx: Transaction, *, user_id: str, feedback: Sequence[Feedback], now: datetime) -> Recorded:
    """Keeps what is new in the batch and adds it to what counts it. Raises Forbidden for somebody who may not act."""
    ids = [event_id(user_id, one.id) for one in feedback]
    begun = may_act(await tx.row(_BEGIN_RECORDING, user_id=user_id, ids=ids, now=now))
    seen = await visible(tx, viewer_id=user_id, node_ids={one.subject_id for one in feedback})
    sorting = _Sorting(begun["consents"], begun["hidden"], seen, set(begun["known"]), now)
    new: dict[str, Feedback] = {}
    skipped, duplicates = [], 0
    for index, (one_id, one) in enumerate(zip(ids, feedback, strict=True)):
        if one_id in sorting.known or one_id in new:
            duplicates += 1
        elif code := sorting.refuses(one):
            skipped.append(Skipped(index, code))
        else:
            new[one_id] = one if begun["consents"] else _bare(one)
    if new:
        await _keep(tx, user_id, new, now)
    return Recorded(len(new), duplicates, tuple(skipped))


@dataclass(slots=True)
class _Sorting:
    """What decides which events of a batch are taken."""

    consents: bool
    hidden: int
    seen: set[str]
    known: set[str]
    now: datetime

    def refuses(self, one: Feedback) -> Skip | None:
        """Why a new event is not taken, or None."""
        if code := untimely(one.at, self.now):
            return code
        if not self.consents and one.kind is not Kind.HIDE:
            return Skip.NO_CONSENT
        if one.subject_id not in self.seen:
            return Skip.NOT_FOUND
        if one.kind is Kind.HIDE:
            self.hidden += 1
            return Skip.LIMIT_EXCEEDED if self.hidden > MAX_HIDDEN else None
        return None


def _bare(one: Feedback) -> Feedback:
    """What is kept of a hide without consent: no more than its relationship says."""
    return replace(one, dwell_ms=None, recommendation_id=None, position=None, surface=None)


async def _keep(tx: Transaction, user_id: str, new: Mapping[str, Feedback], now: datetime) -> None:
    rows = [_row(one_id, one) for one_id, one in new.items()]
    hidden: dict[str, datetime] = {}
    for one in sorted(new.values(), key=lambda one: one.at):
        if one.kind is Kind.HIDE:
            hidden.setdefault(one.subject_id, one.at)
    counts = [
        {
            "type": one.type,
            "subject_id": one.subject_id,
            "first": one.first,
            "last": one.last,
            "count": one.count,
            "dwell_ms": one.dwell_ms,
        }
        for one in counted(new.values())
    ]
    hides = [{"subject_id": subject_id, "at": at} for subject_id, at in sorted(hidden.items())]
    await tx.row(_RECORD, user_id=user_id, counted=counts, hidden=hides, events=rows, now=now)


def _row(one_id: str, one: Feedback) -> dict[str, Any]:
    return {
        "id": one_id,
        "kind": one.kind.value,
        "subject_id": one.subject_id,
        "at": one.at,
        "dwell_ms": one.dwell_ms,
        "recommendation_id": one.recommendation_id,
        "position": one.position,
        "surface": one.surface,
    }


async def set_consent(tx: Transaction, *, user_id: str, given: bool, now: datetime) -> None:
    """Lets the person's behaviour be kept and used from now on, or no more; what was kept is then forgotten.

    Raises Conflict while what was kept before they took it back is still being forgotten.
    """
    row = may_act(await tx.row(_SET_CONSENT, user_id=user_id, given=given, now=now))
    if row["left"]:
        raise Conflict("what was kept before is still being forgotten; try again", field=("given",))
    if not given:
        await outbox.emit(tx, kind=WITHDRAWN, key=user_id, data={"userId": user_id}, now=now)


async def forget(database: Database, *, user_id: str, now: datetime) -> int:
    """Forgets what was kept of the behaviour of a person who does not let it be kept; how many edges and events.

    Takes a batch at a time and may be called again: what is left is what it goes on with.
    """
    counts = await database.batches(_FORGET_COUNTS, user_id=user_id, now=now)
    return counts + await database.batches(_FORGET_EVENTS_OF, user_id=user_id, now=now)


async def forget_old(database: Database, *, before: datetime) -> int:
    """Forgets raw events that the service was told of before then; how many. What counted them stays."""
    return await database.batches(_FORGET_OLD_EVENTS, before=before)


async def hide(tx: Transaction, *, user_id: str, subject_id: str, now: datetime) -> None:
    """The person wants to see no more of a note, product, topic or person. Raises LimitExceeded for too many."""
    if subject_id == user_id:
        raise Invalid("nobody hides themselves", field=("subject_id",))
    await must_see(tx, viewer_id=user_id, node_id=subject_id, field="subject_id")
    fresh = new_id("BehaviourEvent")
    row = may_act(await tx.row(_HIDE, user_id=user_id, subject_id=subject_id, most=MAX_HIDDEN, event_id=fresh, now=now))
    if row["full"]:
        raise LimitExceeded(_TOO_MUCH, field=("subject_id",))


async def unhide(tx: Transaction, *, user_id: str, subject_id: str, now: datetime) -> None:
    """Lets the person see it again; raises NotFound for what was not hidden and they may not see."""
    if not may_act(await tx.row(_UNHIDE, user_id=user_id, subject_id=subject_id, now=now))["undone"]:
        await must_see(tx, viewer_id=user_id, node_id=subject_id, field="subject_id")
