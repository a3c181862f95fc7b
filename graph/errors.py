"""What can go wrong in the domain, as one small tree; each error carries a stable code."""

from __future__ import annotations

from typing import ClassVar, TypeVar

T = TypeVar("T")


class DatabaseError(Exception):
    """The database refused a statement for a reason that no caller of the API should see."""


class ZhongcaoError(Exception):
    """Root of every error that a caller may be told about. `field` is the path of the input at fault."""

    code: ClassVar[str] = "ERROR"

    def __init__(self, message: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(ZhongcaoError):
    """The input breaks a rule that its sender could have known."""

    code = "INVALID"


class NotFound(ZhongcaoError):
    """No such thing, or none that this viewer may see: the two are told apart to nobody."""

    code = "NOT_FOUND"


class SignInRequired(ZhongcaoError):
    """Only signed-in people may do this."""

    code = "SIGN_IN_REQUIRED"


class Forbidden(ZhongcaoError):
    """The viewer is known and may not do this."""

    code = "FORBIDDEN"


class Conflict(ZhongcaoError):
    """The state of things does not allow it now."""

    code = "CONFLICT"


class Taken(Conflict):
    """Another node of the label has that value of a property that is unique."""

    def __init__(self, label: str, property_name: str) -> None:
        super().__init__(f"another {label} has this {property_name}")
        self.label = label
        self.property_name = property_name


class OutOfStock(Conflict):
    """Fewer units are left than asked for."""

    code = "OUT_OF_STOCK"


class PaymentDeclined(Conflict):
    """The payment was not accepted."""

    code = "PAYMENT_DECLINED"


class LimitExceeded(ZhongcaoError):
    """Too large, too deep, too costly or too often."""

    code = "LIMIT_EXCEEDED"


class Unavailable(ZhongcaoError):
    """The database is away or too busy; asking again later may help."""

    code = "UNAVAILABLE"


class CredentialsRefused(Unavailable):
    """The database knows the service under no such name or password; asking again does not help."""


class TimedOut(ZhongcaoError):
    """The work took longer than it may."""

    code = "TIMED_OUT"


def found(row: T | None, message: str, *field: str) -> T:
    """The row that a statement gave. Raises NotFound, naming the input's field, where it gave none."""
    if row is None:
        raise NotFound(message, field=field)
    return row


def may_act(row: T | None) -> T:
    """The row of a statement that gives none for people who may not act. Raises Forbidden then."""
    if row is None:
        raise Forbidden("your account may not act now")
    return row
