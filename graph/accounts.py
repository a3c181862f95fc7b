"""Accounts: signing up, sessions, passwords and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import neo4j

from graph import audit, embeddings, outbox
from graph.database import Database, Transaction
from graph.errors import Conflict, Forbidden, NotFound, SignInRequired, Taken
from graph.ids import new_id
from graph.rules.access import GRANTED, Role, Viewer
from graph.statements import beside

STATEMENTS = beside(__file__)
_SIGN_UP = STATEMENTS["sign_up"]
_GIVE_ACCOUNT = STATEMENTS["give_account"]
_BY_EMAIL = STATEMENTS["account_by_email"]
_OF_USER = STATEMENTS["account_of_user"]
_COUNT_SIGN_IN = STATEMENTS["count_sign_in"]
_LOCK = STATEMENTS["lock_account"]
_BEGIN_SESSION = STATEMENTS["begin_session"]
_LOCK_SESSION = STATEMENTS["lock_session"]
_REFRESH = STATEMENTS["refresh_session"]
_REVOKE = STATEMENTS["revoke_session"]
_REVOKE_ALL = STATEMENTS["revoke_sessions"]
_REVOKE_ALL_OF = STATEMENTS["revoke_sessions_of_user"]
_SET_PASSWORD = STATEMENTS["set_password"]
_ASK_FOR_RESET = STATEMENTS["ask_for_reset"]
_MAIL_RECIPIENT = STATEMENTS["mail_recipient"]
_LOCK_ADMIN = STATEMENTS["lock_admin"]
_SET_ROLES = STATEMENTS["set_roles"]
_FORGET_SESSIONS = STATEMENTS["forget_sessions"]

_TRIES = 5
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(minutes=15)
_RESET_PAUSE = timedelta(minutes=1)
Why = Literal["signed_out", "reuse", "password", "roles"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account is made of; address and hash are sealed."""

    email: str
    email_key: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as signing in sees it; `password_hash` is sealed."""

    id: str
    user_id: str
    password_hash: str
    password_version: int
    active: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A living session: whose, and the generation its newest refresh token names."""

    viewer: Viewer
    generation: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail about an account goes to: the sealed address, their language, and the password's version."""

    email: str
    language: str
    password_version: int


async def sign_up(
    tx: Transaction,
    *,
    handle: str,
    display_name: str,
    language: str,
    credentials: Credentials,
    roles: Iterable[Role] = (),
    now: datetime,
) -> Account:
    """The account of a new person. Raises Conflict naming `handle` or `email` when it is taken."""
    user_id, account_id = new_id("User"), new_id("Account")
    try:
        await tx.row(
            _SIGN_UP, user_id=user_id, account_id=account_id, handle=handle, display_name=display_name,
            language=language, roles=sorted(roles), now=now, **_values(credentials),
        )  # fmt: skip
    except Taken as error:
        raise _taken(error) from None
    await embeddings.changed(tx, node_id=user_id, now=now)
    return Account(account_id, user_id, credentials.password_hash, 1, active=True)


async def give_account(
    tx: Transaction, *, handle: str, credentials: Credentials, roles: Iterable[Role], now: datetime
) -> str | None:
    """The id of the person with that handle, who now has an account; None: there is no such person.

    Raises Conflict when they have one, or the address is taken.
    """
    try:
        row = await tx.row(
            _GIVE_ACCOUNT, handle=handle, account_id=new_id("Account"), roles=sorted(roles), now=now,
            **_values(credentials),
        )  # fmt: skip
    except Taken as error:
        raise _taken(error) from None
    if row is not None and row["has_account"]:
        raise Conflict(f"{handle} has an account", field=("handle",))
    return None if row is None else str(row["user_id"])


def _values(credentials: Credentials) -> dict[str, str]:
    return {
        "email": credentials.email,
        "email_key": credentials.email_key,
        "password_hash": credentials.password_hash,
    }


def _taken(error: Taken) -> Conflict:
    if error.property_name == "handle":
        return Conflict("this handle is taken", field=("handle",))
    return Conflict("somebody has signed up with this address", field=("email",))


async def account_by_email(database: Database, *, email_key: str) -> Account | None:
    """The account of an address, by its fingerprint."""
    return _account(await database.row(_BY_EMAIL, email_key=email_key))


async def account_of(database: Database, *, user_id: str) -> Account | None:
    """The account of a person."""
    return _account(await database.row(_OF_USER, user_id=user_id))


def _account(row: neo4j.Record | None) -> Account | None:
    if row is None:
        return None
    return Account(
        row["account_id"],
        row["user_id"],
        row["password_hash"],
        row["password_version"],
        active=row["state"] == "active",
    )


async def count_sign_in(tx: Transaction, *, account_id: str, now: datetime) -> bool:
    """Whether somebody may try a password of the account now; the try is counted.

    From the fifth wrong one on, each locks the account for twice as long, up to 15 minutes.
    """
    row = await tx.row(_COUNT_SIGN_IN, account_id=account_id, now=now)
    if row is not None and row["tries"] >= _TRIES:
        doublings = min(row["tries"] - _TRIES, 10)
        until = now + min(_FIRST_LOCK * 2**doublings, _LONGEST_LOCK)
        await tx.row(_LOCK, account_id=account_id, until=until)
    return row is not None


async def begin_session(
    tx: Transaction, *, account_id: str, password_version: int, expires_at: datetime, now: datetime
) -> Session:
    """A new session. Raises SignInRequired when the password was changed meanwhile or the person may not act."""
    row = await tx.row(
        _BEGIN_SESSION, account_id=account_id, password_version=password_version, session_id=new_id("Session"),
        expires_at=expires_at, now=now,
    )  # fmt: skip
    if row is None:
        raise SignInRequired("this account may not sign in")
    return Session(_viewer(row), 0)


async def refresh_session(
    tx: Transaction, *, session_id: str, generation: int, grace: timedelta, expires_at: datetime, now: datetime
) -> Session | None:
    """The session with its next generation; None: it was ended just now, because an old token came back.

    Whoever asks again with the token before the newest within `grace` lost the answer, and gets the newest again.
    Raises SignInRequired for a session that has ended.
    """
    row = await tx.row(_LOCK_SESSION, session_id=session_id, now=now)
    if row is None or row["revoked_at"] is not None or row["expires_at"].to_native() <= now:
        raise SignInRequired("the session has ended; sign in again")
    if generation == row["generation"]:
        refreshed = await tx.row(_REFRESH, session_id=session_id, expires_at=expires_at, now=now)
        assert refreshed is not None, "the session is locked"
        return Session(_viewer(row), refreshed["generation"])
    refreshed_at = row["refreshed_at"]
    if generation == row["generation"] - 1 and now - refreshed_at.to_native() <= grace:
        return Session(_viewer(row), row["generation"])
    await tx.row(_REVOKE, session_id=session_id, why="reuse", now=now)
    await audit.record(
        tx, kind="refresh_token_reused", actor_id=row["user_id"], subject_id=session_id, detail={}, now=now
    )
    return None


def _viewer(row: neo4j.Record) -> Viewer:
    roles = frozenset(Role(role) for role in row["roles"]) | {Role.MEMBER}
    return Viewer(row["user_id"], roles, row["session_id"])


async def sign_out(tx: Transaction, *, session_id: str, now: datetime) -> None:
    """Ends the session."""
    await tx.row(_REVOKE, session_id=session_id, why="signed_out", now=now)


async def sign_out_everywhere(tx: Transaction, *, user_id: str, now: datetime) -> int:
    """Ends all of the person's sessions; how many."""
    row = await tx.row(_REVOKE_ALL_OF, user_id=user_id, why="signed_out", now=now)
    return int(row["revoked"]) if row else 0


async def set_password(
    tx: Transaction, *, account_id: str, password_version: int, password_hash: str, keep: str | None, now: datetime
) -> bool:
    """Whether the password of that version was replaced; then the sessions but `keep` end, and a mail tells."""
    row = await tx.row(
        _SET_PASSWORD, account_id=account_id, password_version=password_version, password_hash=password_hash, now=now
    )
    if row is None:
        return False
    await tx.row(_REVOKE_ALL, account_id=account_id, keep=keep, why="password", now=now)
    await outbox.emit(tx, kind="password_changed", data={"accountId": account_id}, now=now)
    return True


async def ask_for_reset(tx: Transaction, *, email_key: str, now: datetime) -> None:
    """Sends a link for a new password to the address, if anybody has it, at most once a minute."""
    row = await tx.row(_ASK_FOR_RESET, email_key=email_key, not_since=now - _RESET_PAUSE, now=now)
    if row is not None:
        await outbox.emit(tx, kind="password_reset_requested", data={"accountId": row["account_id"]}, now=now)


async def mail_recipient(database: Database, *, account_id: str) -> Recipient | None:
    """Whom a mail about the account goes to; None: nobody any more."""
    row = await database.row(_MAIL_RECIPIENT, account_id=account_id)
    return None if row is None else Recipient(row["email"], row["language"], row["password_version"])


async def set_roles(tx: Transaction, *, user_id: str, roles: Iterable[Role], actor_id: str, now: datetime) -> None:
    """Gives the person exactly these roles, and ends their sessions, so that none goes on with others.

    Raises Forbidden for an actor who is no administrator any more, NotFound for a person without account.
    """
    if await tx.row(_LOCK_ADMIN, user_id=actor_id, now=now) is None:
        raise Forbidden("this takes the role admin")
    chosen = sorted(set(roles) & GRANTED)
    if await tx.row(_SET_ROLES, user_id=user_id, roles=chosen) is None:
        raise NotFound("no person with an account has this id", field=("user_id",))
    await tx.row(_REVOKE_ALL_OF, user_id=user_id, why="roles", now=now)
    await audit.record(
        tx, kind="roles_set", actor_id=actor_id, subject_id=user_id, detail={"roles": ",".join(chosen)}, now=now
    )


async def forget_sessions(database: Database, *, now: datetime) -> int:
    """Forgets sessions that ended; how many."""
    return await database.batches(_FORGET_SESSIONS, before=now)
