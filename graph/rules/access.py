"""Who may do what: roles, the viewer they belong to, and the rule that a field or mutation states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.errors import Forbidden, SignInRequired


class Role(StrEnum):
    """What a signed-in person may be; everybody signed in is a member, the rest is granted."""

    MEMBER = "member"
    CREATOR = "creator"
    BRAND_STAFF = "brand_staff"  # of some brand, by STAFF_OF; the statement checks of which
    ANALYST = "analyst"
    DATA_SCIENTIST = "data_scientist"
    MODERATOR = "moderator"
    ADMIN = "admin"


GRANTED = frozenset(Role) - {Role.MEMBER, Role.BRAND_STAFF}
"""The roles that an account holds by itself."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person: their User's id, the roles they held when their token was made, and their session's id."""

    id: str
    roles: frozenset[Role]
    session: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a field: anybody, or who is signed in and holds one of the roles.

    `condition` says what the statement asks beyond that, such as being the author; it is for the reader.
    """

    roles: frozenset[Role] | None
    condition: str = ""

    def admits(self, viewer: Viewer | None) -> bool:
        """Whether the viewer (None: nobody signed in) may use the field, as far as roles tell."""
        if self.roles is None:
            return True
        if viewer is None:
            return False
        # Who works for which brand is known to the graph alone, so the statement decides.
        return Role.BRAND_STAFF in self.roles or bool(self.roles & (viewer.roles | {Role.MEMBER}))

    def check(self, viewer: Viewer | None) -> None:
        """Returns when the viewer may. Raises SignInRequired or Forbidden."""
        if self.admits(viewer):
            return
        if viewer is None:
            raise SignInRequired("sign in first: send the header Authorization: Bearer <access token>")
        needed = " or ".join(sorted(role.value for role in self.roles or ()))
        raise Forbidden(f"this takes the role {needed}")


def only(*roles: Role, condition: str = "") -> Access:
    """Those who hold one of the roles."""
    return Access(frozenset(roles), condition)


def members(condition: str = "") -> Access:
    """Everybody who is signed in."""
    return only(Role.MEMBER, condition=condition)


ANYONE = Access(None)
NOBODY = only()
MEMBERS = members()
STAFF = only(Role.BRAND_STAFF, condition="of the brand")
ADMINS = only(Role.ADMIN)
