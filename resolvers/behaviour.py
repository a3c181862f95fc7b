"""Feedback of clients, consent to its being kept, and what people want to see no more of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph import behaviour
from graph.database import Transaction
from graph.errors import Invalid
from graph.ids import label_of
from graph.rules.behaviour import SUBJECTS, Feedback, Kind
from resolvers.act import Act, Values, unit


@unit
async def record_feedback(act: Act, tx: Transaction, given: Any) -> Values:
    """How many events were new, how many had counted before, and which were not taken."""
    feedback = [_feedback(act.viewer_id, index, one) for index, one in enumerate(given.events)]
    done = await behaviour.record(tx, user_id=act.viewer_id, feedback=feedback, now=act.now)
    return {"accepted": done.accepted, "duplicates": done.duplicates, "skipped": list(done.skipped)}


def _feedback(viewer_id: str, index: int, given: Any) -> Feedback:
    kind, label = Kind(given.kind.value), label_of(given.subject_id) or ""
    if label not in SUBJECTS[kind]:
        raise _wrong(index, "subject_id", f"no {kind.name} of a {label}; it takes {', '.join(sorted(SUBJECTS[kind]))}")
    if kind is Kind.HIDE and given.subject_id == viewer_id:
        raise _wrong(index, "subject_id", "nobody hides themselves")
    if given.dwell_ms is not None and kind is not Kind.VIEW:
        raise _wrong(index, "dwell_ms", "only a VIEW has dwellMs")
    return Feedback(
        # Both spellings of letters are one id to clients.
        id=given.id.lower(),
        kind=kind,
        subject_id=given.subject_id,
        at=datetime.fromisoformat(given.at),
        dwell_ms=given.dwell_ms,
        recommendation_id=given.recommendation_id,
        position=given.position,
        surface=given.surface,
    )


def _wrong(index: int, field: str, message: str) -> Invalid:
    return Invalid(f"events {index + 1}: {message}", field=("events", str(index), field))


async def set_behaviour_consent(act: Act, given: Any) -> Values:
    """The viewer, whose behaviour is kept from now on, or no more."""
    if given.given:
        # What a worker has not yet forgotten since they took it back must not come back to life.
        await behaviour.forget(act.services.database, user_id=act.viewer_id, now=act.now)

    async def work(tx: Transaction) -> Values:
        await behaviour.set_consent(tx, user_id=act.viewer_id, given=given.given, now=act.now)
        return {"viewer": act.viewer_id}

    return await act.unit(work)


@unit
async def hide(act: Act, tx: Transaction, given: Any) -> Values:
    """The viewer, who sees it no more."""
    await behaviour.hide(tx, user_id=act.viewer_id, subject_id=given.subject_id, now=act.now)
    return {"viewer": act.viewer_id}


@unit
async def unhide(act: Act, tx: Transaction, given: Any) -> Values:
    """The viewer, who may see it again."""
    await behaviour.unhide(tx, user_id=act.viewer_id, subject_id=given.subject_id, now=act.now)
    return {"viewer": act.viewer_id}
