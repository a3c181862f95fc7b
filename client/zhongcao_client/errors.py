"""Why a question was not answered, as one small tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ConsoleError(Exception):
    """Root of what can go wrong. `code` is the service's; `details` are what else it said."""

    def __init__(self, message: str, code: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = dict(details or {})


class Invalid(ConsoleError):
    """The request is malformed."""


class SignInRequired(ConsoleError):
    """No token, or one that is not good (any more)."""


class Forbidden(ConsoleError):
    """The holder of the token is no data scientist."""


class NotFound(ConsoleError):
    """No canned question has this name, or no saved query this id or link."""


class Refused(ConsoleError):
    """The guard does not let the question through; `reason` is one word."""

    @property
    def reason(self) -> str:
        """Why, in one word that the documentation explains."""
        return str(self.details.get("reason", ""))


class CypherFault(ConsoleError):
    """The database found a fault in the question; `status` is its own code."""

    @property
    def status(self) -> str:
        """The database's code."""
        return str(self.details.get("status", ""))


class LimitExceeded(ConsoleError):
    """Too much memory, too often, or too many at a time; `retry_after_s` where asking again later helps."""

    retry_after_s: float | None = None


class TimedOut(ConsoleError):
    """It took longer than it may."""


class Unavailable(ConsoleError):
    """The service or its database is away, or the answer broke off."""


_BY_CODE: Mapping[str, type[ConsoleError]] = {
    "INVALID": Invalid,
    "SIGN_IN_REQUIRED": SignInRequired,
    "FORBIDDEN": Forbidden,
    "NOT_FOUND": NotFound,
    "REFUSED": Refused,
    "CYPHER": CypherFault,
    "LIMIT_EXCEEDED": LimitExceeded,
    "TIMED_OUT": TimedOut,
    "UNAVAILABLE": Unavailable,
}


def error_of(found: Mapping[str, Any], retry_after: str | None = None) -> ConsoleError:
    """The error that a refusal tells."""
    first = (found.get("errors") or [{}])[0]
    details = dict(first.get("extensions") or {})
    code = str(details.pop("code", ""))
    error = _BY_CODE.get(code, ConsoleError)(str(first.get("message", "no answer")), code, details)
    if isinstance(error, LimitExceeded) and retry_after is not None:
        error.retry_after_s = float(retry_after)
    return error
