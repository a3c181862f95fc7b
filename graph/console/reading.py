"""The console's own door to a database: one question, one explicit READ transaction, rows as they are pulled.

The text is inspected, then EXPLAINed in the transaction, its plan inspected, and only then run in the same transaction,
whose time the server keeps. Rows come as lists, not as the driver's records, which take longer to make than to read.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from graph.console.plans import inspect_plan
from graph.console.refusals import CypherFault, Refused
from graph.console.text import inspect
from graph.database import Address, translate

Language = Literal["5", "25"]
_FIRST_ROWS = 100
_POSITION = re.compile(r"\(line (\d+), column (\d+) \(offset: (\d+)\)\)")
_FAULTS = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.", "Neo.ClientError.Schema.IndexNotFound")
_WRITES = {"Neo.ClientError.Statement.AccessMode"}


Before = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """Nothing is to be done before."""


@dataclass(frozen=True, slots=True)
class Question:
    """A text with its parameters, the version of the language it is in, and how long the server may work on it."""

    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    language: Language = "5"
    timeout_s: float = 60.0

    @property
    def prefix(self) -> str:
        """What chooses the language."""
        return "CYPHER 25 " if self.language == "25" else "CYPHER 5 "


class Rows:
    """The rows of one answer, pulled some at a time. They end with the `with` block that gave them."""

    def __init__(self, result: neo4j.AsyncResult) -> None:
        self._result = result
        self.columns: tuple[str, ...] = tuple(result.keys())

    async def pull(self, most: int) -> list[list[Any]]:
        """Up to `most` further rows, each the values of the columns; none at the end. Raises as `ConsoleDoor.ask`."""
        result: Any = self._result
        if result._record_buffer or (result._attached and result._streaming):
            return await self._first(most)
        if not result._has_more:
            return []
        return await self._next(most)

    async def _first(self, most: int) -> list[list[Any]]:
        """Of the rows that running the question has brought with it."""
        result: Any = self._result
        while result._attached and result._streaming:
            await result._connection.fetch_message()
        _raise_kept(result)
        buffer = result._record_buffer
        return [list(tuple.__iter__(buffer.popleft())) for _ in range(min(most, len(buffer)))]

    async def _next(self, most: int) -> list[list[Any]]:
        # What the driver's own result does for a page of rows, without its Record for each: pinned to the driver's
        # version, and tested against it.
        result: Any = self._result
        rows: list[list[Any]] = []
        ended = False

        async def succeeded(metadata: dict[str, Any]) -> None:
            nonlocal ended
            ended = True
            result._has_more = bool(metadata.get("has_more"))
            if not result._has_more:
                result._metadata.update(metadata)
                result._attached = False

        async def failed(_metadata: dict[str, Any]) -> None:
            nonlocal ended
            ended = True
            result._has_more = result._attached = False

        hooks = result._hydration_scope
        connection = result._connection
        connection.pull(
            n=most,
            qid=result._qid,
            dehydration_hooks=hooks.dehydration_hooks,
            hydration_hooks=hooks.hydration_hooks,
            on_records=lambda records: rows.extend(map(_raw, records)),
            on_success=succeeded,
            on_failure=failed,
        )
        await connection.send_all()
        fetch = connection.fetch_message
        while not ended:
            await fetch()
        _raise_kept(result)
        return rows

    async def profile(self) -> Mapping[str, Any] | None:
        """The plan with what each operator did, once all rows are pulled and dropped; None where none was asked for."""
        while await self.pull(5_000):
            pass
        found: Mapping[str, Any] | None = (await self._result.consume()).profile
        return found


def _raise_kept(result: Any) -> None:
    """The driver keeps an error with the result; raising it is the result's business."""
    if result._exception is not None:
        raise result._exception


def _raw(record: Any) -> list[Any]:
    return record if record.__class__ is list else record.raw_data


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan as EXPLAIN tells it, and how long the server took to make it."""

    plan: Mapping[str, Any]
    ms: float


@dataclass(frozen=True, slots=True)
class Answering:
    """A question that runs."""

    rows: Rows
    planned: Planned


class ConsoleDoor:
    """Connections of the console alone to one database, so that no question takes one from the service."""

    def __init__(self, address: Address, *, pool_size: int = 16, connect_s: float = 5.0) -> None:
        self.address = address
        self._driver = neo4j.AsyncGraphDatabase.driver(
            address.uri,
            auth=(address.username, address.password),
            max_connection_pool_size=pool_size,
            connection_acquisition_timeout=connect_s,
            connection_timeout=connect_s,
            # A server that was started again has left dead connections behind.
            liveness_check_timeout=2.0,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
            user_agent="zhongcao-console",
        )

    async def close(self) -> None:
        """Closes every connection."""
        await self._driver.close()

    async def plan(self, question: Question, *, closed: bool, who: str) -> Planned:
        """What the server would do. `closed`: closed labels and types stay closed. Raises as `ask`."""
        async with self._transaction(question, who) as transaction:
            return await self._planned(transaction, question, closed=closed)

    @asynccontextmanager
    async def ask(
        self, question: Question, *, closed: bool, who: str, profile: bool = False, before: Before = _nothing
    ) -> AsyncIterator[Answering]:
        """The answer, begun. `who` is shown by the server beside the transaction; `before` is awaited before it runs.

        Raises Refused, CypherFault, TimedOut, LimitExceeded or Unavailable, here and while rows are pulled; leaving the
        block, by cancellation too, ends the server's work.
        """
        async with self._transaction(question, who) as transaction:
            planned = await self._planned(transaction, question, closed=closed)
            await before()
            prefix = f"{question.prefix}PROFILE " if profile else question.prefix
            result = await transaction.run(prefix + question.text, dict(question.parameters))
            yield Answering(Rows(result), planned)

    @asynccontextmanager
    async def _transaction(self, question: Question, who: str) -> AsyncIterator[neo4j.AsyncTransaction]:
        session = self._driver.session(
            database=self.address.database, default_access_mode=neo4j.READ_ACCESS, fetch_size=_FIRST_ROWS
        )
        try:
            transaction = await session.begin_transaction(
                metadata={"operation": "console", "who": who}, timeout=question.timeout_s
            )
            yield transaction
            await transaction.close()
        except (Neo4jError, DriverError) as error:
            raise _faulted(error, question) from error
        finally:
            await _closed(session)

    async def _planned(self, transaction: neo4j.AsyncTransaction, question: Question, *, closed: bool) -> Planned:
        inspect(question.text, closed=closed)
        began_s = perf_counter()
        result = await transaction.run(
            f"{question.prefix}EXPLAIN {question.text}",
            dict(question.parameters),
        )
        summary = await result.consume()
        if summary.query_type != "r" or summary.plan is None:
            raise Refused("writes", "only questions that read, and nothing but the graph")
        inspect_plan(summary.plan, closed=closed)
        return Planned(summary.plan, (perf_counter() - began_s) * 1000)


async def _closed(session: neo4j.AsyncSession) -> None:
    """Lets the connection go; one whose answer is not read to the end is dropped, which ends the server's work."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        session.cancel()
        return
    await session.close()


def _faulted(error: Neo4jError | DriverError, question: Question) -> Exception:
    """The error that the asker is told."""
    code = getattr(error, "code", None) or ""
    if code in _WRITES:
        return Refused("writes", "only questions that read")
    if code.startswith(_FAULTS) and isinstance(error, Neo4jError):
        return CypherFault(code, _without_prefix(error.message or "", question))
    return translate(error)


def _without_prefix(message: str, question: Question) -> str:
    """The server's message with positions in the question's own text, and without the text repeated behind it."""
    first = message.partition('\n"')[0].strip()
    before = len(f"{question.prefix}EXPLAIN ")

    def moved(found: re.Match[str]) -> str:
        line, column, offset = (int(one) for one in found.groups())
        # Whether it was EXPLAINed or run, a position tells: a fault of the text is found by EXPLAIN.
        return f"(line {line}, column {column - before if line == 1 else column}, offset {offset - before})"

    return _POSITION.sub(moved, first)
