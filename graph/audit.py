"""The record of privileged acts, written in the transaction of the act itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import orjson

from graph.database import Transaction
from graph.ids import new_id
from graph.statements import beside

STATEMENTS = beside(__file__)
_RECORD = STATEMENTS["record_act"]
_KEPT_LETTERS = 1_200


async def record(
    tx: Transaction, *, kind: str, actor_id: str, subject_id: str, detail: Mapping[str, str], now: datetime
) -> None:
    """Keeps that `actor_id` did `kind` to `subject_id`; nothing private belongs into `detail`."""
    await tx.row(
        _RECORD, id=new_id("AuditEvent"), kind=kind, actor_id=actor_id, subject_id=subject_id,
        detail=orjson.dumps(dict(detail)).decode(), now=now,
    )  # fmt: skip


def of_query(text: str) -> dict[str, str]:
    """What is kept of a query in Cypher: its SHA-256 and its beginning."""
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text[:_KEPT_LETTERS]}
