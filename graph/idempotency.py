"""Requests that happen once however often they are sent: what came of each is kept beside what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from graph.database import Database, Transaction
from graph.errors import Conflict
from graph.statements import beside

STATEMENTS = beside(__file__)
_CLAIM = STATEMENTS["claim_request"]
_RECORD = STATEMENTS["record_outcome"]
_WITHDRAW = STATEMENTS["withdraw_request"]
_FORGET = STATEMENTS["forget_requests"]
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Request:
    """What a repetition is known by: who did what under which key, and a digest of the input."""

    key: str
    fingerprint: str

    @property
    def id(self) -> str:
        """The id of its record."""
        return f"idempotencyrecord_{hashlib.sha256(self.key.encode()).hexdigest()[:32]}"


async def claim(tx: Transaction, request: Request, *, now: datetime) -> Mapping[str, Any] | None:
    """What came of the request before, or None when it is new; it then is this transaction's alone.

    Raises Conflict when the key was used with another input.
    """
    row = await tx.row(_CLAIM, id=request.id, fingerprint=request.fingerprint, now=now)
    assert row is not None, "MERGE gives a row"
    if row["fingerprint"] != request.fingerprint:
        raise Conflict("the key was used for another input; take a new one", field=("idempotency_key",))
    return None if row["outcome"] is None else dict(orjson.loads(row["outcome"]))


async def record(tx: Transaction, request: Request, outcome: Mapping[str, Any]) -> None:
    """Keeps what came of the request, in the transaction that did it."""
    await tx.row(_RECORD, id=request.id, outcome=orjson.dumps(outcome).decode())


async def withdraw(tx: Transaction, request: Request) -> None:
    """Forgets a request that was entered and that nothing came of, so that its key may be used again."""
    await tx.row(_WITHDRAW, id=request.id)


async def forget(database: Database, *, now: datetime) -> int:
    """Forgets requests older than a day; how many."""
    return await database.batches(_FORGET, before=now - KEPT)
