"""What an address, a handle and a password may be."""

from __future__ import annotations

import re

from graph.errors import Invalid

# One @ between a local part and a dotted domain; whether it exists only a mail can tell.
_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[^\s@.<>(),;:\\\"\[\]]{1,63}\.)+[^\s@.<>(),;:\\\"\[\]\d]{2,63}")
_HANDLE = re.compile(r"[a-z][a-z0-9_]{2,29}", re.ASCII)
_RESERVED = frozenset(
    {
        *("admin", "administrator", "api", "explore", "graphql", "help", "media", "moderator", "official", "operator"),
        *("root", "security", "service", "staff", "support", "system", "viewer", "zhongcao"),
    }
)
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200


def email(given: str) -> str:
    """The address in lower case. Raises Invalid."""
    if not _EMAIL.fullmatch(given):
        raise Invalid("email must be an address such as name@example.com", field=("email",))
    return given.lower()


def handle(given: str) -> str:
    """The handle in lower case. Raises Invalid."""
    lower = given.lower().removeprefix("@")
    if not _HANDLE.fullmatch(lower):
        raise Invalid("handle must have 3 to 30 letters a-z, digits or _, and begin with a letter", field=("handle",))
    if lower in _RESERVED:
        raise Invalid("this handle is reserved", field=("handle",))
    return lower


def password(given: str, *names: str, field: str = "password") -> None:
    """Returns for a password that is not too easy to guess. Raises Invalid. Source: NIST SP 800-63B, section 3.1.1."""
    if not _SHORTEST_PASSWORD <= len(given) <= _LONGEST_PASSWORD:
        raise Invalid(f"the password must have {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters", field=(field,))
    lower = given.lower()
    known = [name for name in (*names, *(name.partition("@")[0] for name in names)) if len(name) >= 4]
    if len(set(lower)) < 4 or any(name in lower and len(lower) < len(name) + 6 for name in known):
        raise Invalid("the password is too easy to guess", field=(field,))
