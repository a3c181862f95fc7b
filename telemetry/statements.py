"""What a statement cost: its time, its outcome, its span."""

from __future__ import annotations

import asyncio
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

from telemetry import metrics, tracing
from telemetry.context import asked

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_OUTCOMES = {
    "TIMED_OUT": "timed_out",
    "UNAVAILABLE": "unavailable",
    "LIMIT_EXCEEDED": "limit_exceeded",
    "CONFLICT": "conflict",
}


class Observed:
    """`with Observed("read"): …` counts what happens inside as one statement.

    Errors of the domain are told apart by their code. `failure` names another error than the one that passes: the
    driver must see its own. `name` is the statement's, or None for one that the compiler wrote.
    """

    __slots__ = ("_began_s", "_mode", "_name", "_span", "failure")

    def __init__(self, mode: metrics.Mode, name: str | None = None) -> None:
        self._mode = mode
        self._name = name
        self.failure: BaseException | None = None

    def __enter__(self) -> Observed:
        self._span: Span | None = tracing.statement_span(self._mode, self._told()) if tracing.active() else None
        self._began_s = perf_counter()
        return self

    def _told(self) -> str | None:
        current = asked.get()
        return self._name or (current.operation if current else None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        outcome = "ok" if error is None else _outcome(self.failure or error)
        metrics.statement(self._mode, outcome, perf_counter() - self._began_s)
        if self._span is not None:
            tracing.end_statement(self._span, outcome)


def _outcome(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return _OUTCOMES.get(getattr(error, "code", ""), "error")
