"""Who takes the money for orders, and the sandbox that takes none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cachetools import LRUCache

_REMEMBERED = 10_000
_PREFIX = "sandbox_"
_ACCEPTED = "sandbox:accept"


class Declined(Exception):
    """The payment was not accepted; the text says why, for the buyer."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that was taken; `reference` is what the gateway calls it."""

    reference: str


class Gateway(Protocol):
    """Takes money and gives it back."""

    @property
    def name(self) -> str:
        """What payments call it."""

    async def charge(self, *, order_id: str, amount_minor: int, currency: str, token: str) -> Charge:
        """The one charge of that order: asked again, it is the same. Raises Declined."""

    async def charged(self, *, order_id: str) -> Charge | None:
        """The charge of that order that was not given back, or None."""

    async def refund(self, *, reference: str) -> None:
        """Gives the money of a charge back; asked again, it changes nothing."""


class SandboxGateway:
    """No money moves: `sandbox:accept` is accepted, anything else declined. For demonstrations and tests.

    It remembers its latest 10,000 charges, by itself in each process.
    """

    name = "sandbox"

    def __init__(self) -> None:
        self._charges: LRUCache[str, Charge] = LRUCache(_REMEMBERED)

    async def charge(self, *, order_id: str, amount_minor: int, currency: str, token: str) -> Charge:
        """The order's charge. Raises Declined for every token but `sandbox:accept`."""
        if order_id not in self._charges:
            if token != _ACCEPTED:
                raise Declined(f"the payment was declined; the sandbox accepts the token {_ACCEPTED}")
            self._charges[order_id] = Charge(_PREFIX + order_id)
        return self._charges[order_id]

    async def charged(self, *, order_id: str) -> Charge | None:
        """The order's charge, as long as it is remembered."""
        return self._charges.get(order_id)

    async def refund(self, *, reference: str) -> None:
        """Forgets the charge."""
        self._charges.pop(reference.removeprefix(_PREFIX), None)
