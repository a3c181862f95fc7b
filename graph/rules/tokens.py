"""The tokens that the service hands out: JSON Web Tokens (RFC 7519), signed with a key of their own for each purpose.

An access token says who asks and is believed for minutes without a look at the graph. A refresh token names a session
and how often it was refreshed: of a session's tokens only the newest is good. A reset token is good for one
change of password, because it names the password's version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt

from graph.errors import Invalid, SignInRequired
from graph.rules.access import Role, Viewer
from graph.secret import derive

Purpose = Literal["access", "refresh", "reset"]
_ALGORITHM = "HS256"
_ISSUER = "zhongcao"


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh token names: the session and its generation, the number of refreshes before it."""

    session_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Reset:
    """What a reset token names: the account and the version of the password it may replace."""

    account_id: str
    password_version: int


class Tokens:
    """Signs tokens and reads them back."""

    def __init__(self, secret: bytes, *, access: timedelta, refresh: timedelta, reset: timedelta) -> None:
        self._keys = {purpose: derive(secret, f"token/{purpose}") for purpose in ("access", "refresh", "reset")}
        self._lives: dict[Purpose, timedelta] = {"access": access, "refresh": refresh, "reset": reset}

    def expires_at(self, purpose: Purpose, now: datetime) -> datetime:
        """When a token of that purpose made `now` ends."""
        return now + self._lives[purpose]

    def access(self, viewer: Viewer, *, now: datetime) -> str:
        """An access token of the viewer."""
        claims = {"sub": viewer.id, "sid": viewer.session, "roles": sorted(viewer.roles)}
        return self._sign("access", claims, now)

    def read_access(self, token: str) -> Viewer:
        """Whom the token names. Raises SignInRequired for one that is expired, forged or meant for something else."""
        try:
            claims = self._read("access", token)
            roles = frozenset(Role(role) for role in claims["roles"])
            return Viewer(claims["sub"], roles, claims["sid"])
        except jwt.ExpiredSignatureError:
            raise SignInRequired("the access token has expired; refresh the session") from None
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise SignInRequired("this is no access token of this service") from None

    def access_expiry(self, token: str) -> datetime | None:
        """When a token that `read_access` accepted ends."""
        return datetime.fromtimestamp(self._read("access", token)["exp"]).astimezone()

    def refresh(self, refresh: Refresh, *, now: datetime) -> str:
        """A refresh token of the session."""
        return self._sign("refresh", {"sid": refresh.session_id, "gen": refresh.generation}, now)

    def read_refresh(self, token: str) -> Refresh:
        """What the token names. Raises SignInRequired as `read_access` does."""
        try:
            claims = self._read("refresh", token)
            return Refresh(str(claims["sid"]), int(claims["gen"]))
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise SignInRequired("the refresh token is expired or not of this service; sign in again") from None

    def reset(self, reset: Reset, *, now: datetime) -> str:
        """A token for one change of password."""
        return self._sign("reset", {"sub": reset.account_id, "ver": reset.password_version}, now)

    def read_reset(self, token: str) -> Reset:
        """What the token names. Raises Invalid for one that is expired or forged."""
        try:
            claims = self._read("reset", token)
            return Reset(str(claims["sub"]), int(claims["ver"]))
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise Invalid("the link is expired or was used; ask for another") from None

    def _sign(self, purpose: Purpose, claims: dict[str, Any], now: datetime) -> str:
        times = {"iat": now, "exp": self.expires_at(purpose, now)}
        return jwt.encode({**claims, **times, "iss": _ISSUER, "aud": purpose}, self._keys[purpose], _ALGORITHM)

    def _read(self, purpose: Purpose, token: str) -> dict[str, Any]:
        found: dict[str, Any] = jwt.decode(
            token,
            self._keys[purpose],
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=purpose,
            options={"require": ["exp", "iat", "iss", "aud"]},
        )
        return found
