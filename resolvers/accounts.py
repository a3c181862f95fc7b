"""Signing up, in and out; passwords and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph import accounts
from graph.accounts import Credentials
from graph.database import Transaction
from graph.errors import Invalid, LimitExceeded, SignInRequired
from graph.rules import credentials as rules
from graph.rules.access import Role, Viewer
from graph.rules.tokens import Refresh, Reset
from resolvers.act import Act, Services, SignedIn, Values, unit

_WRONG = "no account has this address and password"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What signing in gives: both tokens and when they end, as RFC 3339 text."""

    access_token: str
    access_token_expires_at: str
    refresh_token: str
    refresh_token_expires_at: str


class _SignUp(Protocol):
    email: str
    password: str
    handle: str
    display_name: str
    language: Any


async def sign_up(act: Act, given: _SignUp) -> SignedIn:
    """A person, their account and its first session."""
    email, handle = rules.email(given.email), rules.handle(given.handle)
    rules.password(given.password, email, handle)
    await act.services.rates.sign_up(act.address)
    made = await make_credentials(act.services, email=email, password=given.password)

    async def work(tx: Transaction) -> accounts.Session:
        account = await accounts.sign_up(
            tx, handle=handle, display_name=given.display_name, language=given.language.value, credentials=made,
            now=act.now,
        )  # fmt: skip
        return await _begin(tx, act, account.id, 1)

    return _signed_in(act, await act.services.database.unit(work))


async def make_credentials(services: Services, *, email: str, password: str) -> Credentials:
    """The sealed credentials of a new account."""
    hashed = await services.passwords.hash(password)
    return Credentials(services.sealer.seal(email), services.sealer.fingerprint(email), services.sealer.seal(hashed))


class _SignIn(Protocol):
    email: str
    password: str


async def sign_in(act: Act, given: _SignIn) -> SignedIn:
    """A new session; wrong address and wrong password are told apart to nobody."""
    await act.services.rates.sign_in(act.address)
    key = act.services.sealer.fingerprint(rules.email(given.email))
    account = await accounts.account_by_email(act.services.database, email_key=key)
    if not await _may_try(act, account, key):
        raise LimitExceeded("too many wrong passwords; try again later", field=("password",))
    if not await _matches(act, account, given.password):
        raise SignInRequired(_WRONG)
    assert account is not None, "an absent account has no password that matches"

    async def work(tx: Transaction) -> accounts.Session:
        return await _begin(tx, act, account.id, account.password_version)

    return _signed_in(act, await act.services.database.unit(work))


async def _may_try(act: Act, account: accounts.Account | None, key: str) -> bool:
    """Whether a password of the address may be tried now; the try is counted, whether or not anybody has it."""
    if account is None:
        try:
            await act.services.rates.stranger(key)
        except LimitExceeded:
            return False
        return True
    account_id = account.id
    return await act.services.database.unit(lambda tx: accounts.count_sign_in(tx, account_id=account_id, now=act.now))


async def _matches(act: Act, account: accounts.Account | None, password: str) -> bool:
    hashed = act.services.sealer.open(account.password_hash) if account is not None else None
    return await act.services.passwords.matches(password, hashed)


async def _begin(tx: Transaction, act: Act, account_id: str, password_version: int) -> accounts.Session:
    expires_at = act.services.tokens.expires_at("refresh", act.now)
    return await accounts.begin_session(
        tx, account_id=account_id, password_version=password_version, expires_at=expires_at, now=act.now
    )


def _signed_in(act: Act, session: accounts.Session) -> SignedIn:
    tokens = act.services.tokens
    refresh = Refresh(session.viewer.session, session.generation)
    made = Tokens(
        tokens.access(session.viewer, now=act.now),
        _text(tokens.expires_at("access", act.now)),
        tokens.refresh(refresh, now=act.now),
        _text(tokens.expires_at("refresh", act.now)),
    )
    return SignedIn({"tokens": made, "viewer": session.viewer.id}, session.viewer)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Refresh(Protocol):
    refresh_token: str


async def refresh_session(act: Act, given: _Refresh) -> SignedIn:
    """The session's next tokens; an old refresh token that comes back ends the session."""
    known = act.services.tokens.read_refresh(given.refresh_token)

    async def work(tx: Transaction) -> accounts.Session | None:
        return await accounts.refresh_session(
            tx, session_id=known.session_id, generation=known.generation, grace=act.services.refresh_grace,
            expires_at=act.services.tokens.expires_at("refresh", act.now), now=act.now,
        )  # fmt: skip

    session = await act.services.database.unit(work)
    if session is None:
        raise SignInRequired("this refresh token was used before, so the session was ended; sign in again")
    return _signed_in(act, session)


def _viewer(act: Act) -> Viewer:
    if act.viewer is None:
        raise SignInRequired("sign in first")
    return act.viewer


@unit
async def sign_out(act: Act, tx: Transaction, given: Any) -> Values:
    """The session ends, or all of the person's."""
    viewer = _viewer(act)
    if given.everywhere:
        await accounts.sign_out_everywhere(tx, user_id=viewer.id, now=act.now)
    else:
        await accounts.sign_out(tx, session_id=viewer.session, now=act.now)
    return {}


class _ChangePassword(Protocol):
    current_password: str
    new_password: str


async def change_password(act: Act, given: _ChangePassword) -> Values:
    """Another password; the other sessions end."""
    viewer = _viewer(act)
    account = await accounts.account_of(act.services.database, user_id=viewer.id)
    # Whoever locks the account by wrong sign-ins must not keep its owner from changing the password.
    await act.services.rates.sign_in(act.address)
    if account is None or not account.active or not await _matches(act, account, given.current_password):
        raise Invalid("currentPassword is not your password", field=("current_password",))
    rules.password(given.new_password, field="new_password")
    await _replace_password(act, account.id, account.password_version, given.new_password, keep=viewer.session)
    return {"viewer": viewer.id}


async def _replace_password(act: Act, account_id: str, version: int, password: str, *, keep: str | None) -> None:
    sealed = act.services.sealer.seal(await act.services.passwords.hash(password))

    async def work(tx: Transaction) -> bool:
        return await accounts.set_password(
            tx, account_id=account_id, password_version=version, password_hash=sealed, keep=keep, now=act.now
        )

    if not await act.services.database.unit(work):
        raise Invalid("the link is expired or was used; ask for another")
    act.services.wake()


class _AskForReset(Protocol):
    email: str


async def request_password_reset(act: Act, given: _AskForReset) -> Values:
    """A mail with a link, if anybody has the address; the answer does not say."""
    await act.services.rates.sign_in(act.address)
    key = act.services.sealer.fingerprint(rules.email(given.email))

    async def work(tx: Transaction) -> Values:
        await accounts.ask_for_reset(tx, email_key=key, now=act.now)
        return {}

    return await act.unit(work)


class _Reset(Protocol):
    reset_token: str
    new_password: str


async def reset_password(act: Act, given: _Reset) -> Values:
    """Another password, by the link that was mailed; all sessions end."""
    known = act.services.tokens.read_reset(given.reset_token)
    rules.password(given.new_password, field="new_password")
    await _replace_password(act, known.account_id, known.password_version, given.new_password, keep=None)
    return {}


class _SetRoles(Protocol):
    user_id: str
    roles: list[Any]


@unit
async def set_roles(act: Act, tx: Transaction, given: _SetRoles) -> Values:
    """The person holds exactly these roles."""
    viewer = _viewer(act)
    roles = [Role(one.value) for one in given.roles]
    await accounts.set_roles(tx, user_id=given.user_id, roles=roles, actor_id=viewer.id, now=act.now)
    return {"user": given.user_id}


async def reset_link(services: Services, account_id: str, now: datetime) -> ResetLetter | None:
    """Where and in which language a link for a new password is sent; None: nobody any more."""
    found = await accounts.mail_recipient(services.database, account_id=account_id)
    if found is None:
        return None
    token = services.tokens.reset(Reset(account_id, found.password_version), now=now)
    return ResetLetter(services.sealer.open(found.email), found.language, token)


@dataclass(frozen=True, slots=True)
class ResetLetter:
    """A letter about an account: its address, the language it is written in, and the token of its link."""

    address: str
    language: str
    token: str
