"""Personal tokens of data scientists: long random texts that programs send, of which the graph keeps a digest alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph import audit
from graph.database import Database, Transaction
from graph.errors import Forbidden, LimitExceeded, SignInRequired, found
from graph.ids import new_id
from graph.rules.access import Role, Viewer
from graph.statements import beside

STATEMENTS = beside(__file__)
_LOCK = STATEMENTS["lock_for_personal_token"]
_CREATE = STATEMENTS["create_personal_token"]
_HOLDER = STATEMENTS["personal_token_holder"]
_REVOKE = STATEMENTS["revoke_personal_token"]
_FORGET = STATEMENTS["forget_personal_tokens"]

PREFIX = "zcp_"
"""What every token begins with, so that scanners of source code find one that was left there."""
MOST = 20
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: the node's id, and the text that nobody is told again."""

    id: str
    token: str


async def create_personal_token(
    tx: Transaction, *, user_id: str, name: str, expires_at: datetime, now: datetime
) -> Made:
    """A token that is good until `expires_at`.

    Raises Forbidden for somebody who is no data scientist (any more), LimitExceeded for who has 20 good ones.
    """
    row = await tx.row(_LOCK, user_id=user_id, role=Role.DATA_SCIENTIST.value, now=now)
    if row is None:
        raise Forbidden("this takes the role data_scientist")
    if row["good"] >= MOST:
        raise LimitExceeded(f"you have {MOST} personal tokens: revoke one first")
    made = Made(new_id("PersonalToken"), PREFIX + secrets.token_urlsafe(32))
    await tx.row(
        _CREATE, account_id=row["account_id"], token_id=made.id, name=name, hash=_digest(made.token),
        expires_at=expires_at, now=now,
    )  # fmt: skip
    await audit.record(
        tx, kind="personal_token_created", actor_id=user_id, subject_id=made.id,
        detail={"expiresAt": expires_at.isoformat()}, now=now,
    )  # fmt: skip
    return made


async def holder(database: Database, *, token: str, now: datetime) -> Viewer:
    """Whom the token names, with the roles they hold now. Raises SignInRequired for one that is not good."""
    row = await database.row(_HOLDER, hash=_digest(token), now=now)
    if row is None:
        raise SignInRequired("this personal token is unknown, revoked or expired")
    return Viewer(row["user_id"], frozenset(Role(role) for role in row["roles"]) | {Role.MEMBER}, row["token_id"])


async def revoke_personal_token(tx: Transaction, *, user_id: str, token_id: str, now: datetime) -> None:
    """Ends a token of the person. Raises NotFound for one that is not theirs."""
    found(
        await tx.row(_REVOKE, user_id=user_id, token_id=token_id, now=now),
        "you have no personal token with this id",
        "personal_token_id",
    )
    await audit.record(tx, kind="personal_token_revoked", actor_id=user_id, subject_id=token_id, detail={}, now=now)


async def forget(database: Database, *, now: datetime) -> int:
    """Forgets tokens that expired 90 days ago; how many."""
    return await database.batches(_FORGET, before=now - _KEPT)


def _digest(token: str) -> str:
    # 256 random bits need no slow hash: there is nothing to try.
    return hashlib.sha256(token.encode()).hexdigest()
