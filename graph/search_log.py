"""What people search for, remembered without who did: how often, and by how many on one day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph.database import Database
from graph.rules.query_log import fingerprint
from graph.statements import beside

STATEMENTS = beside(__file__)
_CONSENTING = STATEMENTS["consenting"]
_REMEMBER = STATEMENTS["remember_queries"]
_FORGET = STATEMENTS["forget_queries"]
KEPT = timedelta(days=90)
_MOST_PEOPLE = 100
"""How many people are told apart for one query on one day."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One search: the query in its one spelling, who asked (None: nobody signed in), and when."""

    key: str
    viewer_id: str | None
    at: datetime


async def remember(database: Database, askings: Sequence[Asking], *, secret: bytes) -> int:
    """How many queries were remembered of these: those of visitors, and of who lets the service keep such things."""
    ids = sorted({one.viewer_id for one in askings if one.viewer_id})
    consenting = {row["id"] for row in await database.rows(_CONSENTING, ids=ids)} if ids else set()
    by_key: dict[str, list[Asking]] = {}
    for one in askings:
        if one.viewer_id is None or one.viewer_id in consenting:
            by_key.setdefault(one.key, []).append(one)
    if by_key:
        # In one order, so that processes which remember the same queries wait for each other and not in a circle.
        queries = [_query(key, by_key[key], secret) for key in sorted(by_key)]
        await database.row(_REMEMBER, queries=queries, most=_MOST_PEOPLE)
    return len(by_key)


def _query(key: str, askings: Sequence[Asking], secret: bytes) -> dict[str, Any]:
    people = {
        fingerprint(secret, day=one.at.date(), key=key, person=one.viewer_id)
        for one in askings
        if one.viewer_id is not None
    }
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return {
        "id": f"searchquery_{digest}",
        "text": key,
        "count": len(askings),
        "people": sorted(people),
        "at": max(one.at for one in askings),
    }


async def forget(database: Database, *, now: datetime) -> int:
    """Forgets queries that nobody asked for 90 days; how many."""
    return await database.batches(_FORGET, before=now - KEPT)
