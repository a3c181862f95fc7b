"""What feedback may say, and what a batch of it adds to the relationships that count it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OLDEST = timedelta(days=30)
"""How long ago a thing may have happened when the service is told; raw events must be kept longer than this."""
SKEW = timedelta(minutes=5)
"""How far a client's clock may be ahead."""


class Kind(StrEnum):
    """What somebody did."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    CART_ADD = "cart_add"
    HIDE = "hide"
    LIKE = "like"
    COLLECT = "collect"
    FOLLOW = "follow"
    PURCHASE = "purchase"


class Skip(StrEnum):
    """Why an event was not taken."""

    NOT_FOUND = "not_found"
    NO_CONSENT = "no_consent"
    TOO_OLD = "too_old"
    IN_FUTURE = "in_future"
    LIMIT_EXCEEDED = "limit_exceeded"


_LOOKED_AT = frozenset({"Note", "Product"})
SUBJECTS: Mapping[Kind, frozenset[str]] = {
    Kind.IMPRESSION: _LOOKED_AT,
    Kind.VIEW: _LOOKED_AT,
    Kind.CLICK: _LOOKED_AT,
    Kind.CART_ADD: frozenset({"Product"}),
    Kind.HIDE: frozenset({"Note", "Product", "Topic", "User"}),
    Kind.LIKE: frozenset({"Note"}),
    Kind.COLLECT: frozenset({"Note"}),
    Kind.FOLLOW: frozenset({"User", "Brand", "Topic"}),
    Kind.PURCHASE: frozenset({"Product"}),
}
COUNTED_BY: Mapping[Kind, str] = {
    Kind.IMPRESSION: "SHOWN",
    Kind.VIEW: "VIEWED",
    Kind.CLICK: "CLICKED",
    Kind.CART_ADD: "CARTED",
}
"""The relationship that counts what people look at; the other kinds are acts, which have relationships of their own."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that somebody did. `id` is their client's; `dwell_ms` belongs to views alone."""

    id: str
    kind: Kind
    subject_id: str
    at: datetime
    dwell_ms: int | None = None
    recommendation_id: str | None = None
    position: int | None = None
    surface: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What new events add to the relationship of one type to one subject; `dwell_ms` None: none of them says."""

    type: str
    subject_id: str
    first: datetime
    last: datetime
    count: int
    dwell_ms: int | None


def untimely(at: datetime, now: datetime) -> Skip | None:
    """Why a thing that happened `at` is not taken at `now`, or None when it is."""
    if at > now + SKEW:
        return Skip.IN_FUTURE
    return Skip.TOO_OLD if at < now - OLDEST else None


def counted(feedback: Iterable[Feedback]) -> list[Counted]:
    """What the events add, once for each relationship, in the order of subjects; other kinds add nothing.

    Earliest, latest and sums do not depend on an order, so neither do the relationships on how events were sent.
    """
    groups: dict[tuple[str, str], list[Feedback]] = {}
    for one in feedback:
        if one.kind in COUNTED_BY:
            groups.setdefault((one.subject_id, COUNTED_BY[one.kind]), []).append(one)
    return [_added(type_, subject_id, ones) for (subject_id, type_), ones in sorted(groups.items())]


def _added(type_: str, subject_id: str, ones: list[Feedback]) -> Counted:
    times = [one.at for one in ones]
    dwelt = [one.dwell_ms for one in ones if one.dwell_ms is not None]
    return Counted(type_, subject_id, min(times), max(times), len(ones), sum(dwelt) if dwelt else None)
