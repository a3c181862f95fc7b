"""How long work tells what it is doing: one step at a time, never nested."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a command line draws; every call comes from the thread that started the work."""

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        """A step begins; `total` counts in `unit` ("bytes", "" for plain counts), None when unknown."""

    def advance(self, amount: int = 1) -> None:
        """So much more of the current step is done."""

    def done(self) -> None:
        """The current step is complete."""


class Silent:
    """Progress that nobody watches."""

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Says nothing."""

    def advance(self, amount: int = 1) -> None:
        """Says nothing."""

    def done(self) -> None:
        """Says nothing."""
