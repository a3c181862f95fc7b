"""The one door to Neo4j: every statement of the service goes through `Database`."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import neo4j
from neo4j.exceptions import AuthError, ConstraintError, DriverError, Neo4jError

from graph.errors import Conflict, CredentialsRefused, DatabaseError, LimitExceeded, Taken, TimedOut, Unavailable
from graph.statements import Statement
from telemetry import metrics
from telemetry.statements import Observed

log = logging.getLogger(__name__)
T = TypeVar("T")
_TIMED_OUT = {
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    # How a transaction ends whose time was over while it waited for a lock.
    "Neo.ClientError.Transaction.LockClientStopped",
    "Neo.ClientError.Transaction.Terminated",
}
_TOO_BIG = {
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.TransactionOutOfMemoryError",
    "Neo.DatabaseError.General.MemoryPoolOutOfMemoryError",
}
_TAKEN = re.compile(r"already exists with label `(\w+)` and property `(\w+)`")
_TRIES = 4
_FIRST_PAUSE_S = 0.05

# Who asks, for the server's own log and for SHOW TRANSACTIONS: {'operation': …, 'request': …}.
transaction_metadata: ContextVar[Mapping[str, str] | None] = ContextVar("transaction_metadata", default=None)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and who we are there. `repr` never shows the password."""

    uri: str
    username: str
    password: str
    database: str = "neo4j"

    def __repr__(self) -> str:
        return f"Address({self.uri!r}, {self.username!r}, database={self.database!r})"


class Transaction:
    """One unit of work: statements that happen together or not at all."""

    def __init__(self, inner: neo4j.AsyncManagedTransaction) -> None:
        self._inner = inner

    async def rows(self, statement: Statement, **parameters: Any) -> list[neo4j.Record]:
        """The rows of the statement, all in memory. Raises Taken where a unique value is another node's."""
        with Observed("write", statement.name) as observed:
            try:
                result = await self._inner.run(statement.text, parameters)
                return [record async for record in result]
            except (Neo4jError, DriverError) as error:
                observed.failure = translate(error)
                if isinstance(observed.failure, Taken):
                    raise observed.failure from error
                raise

    async def row(self, statement: Statement, **parameters: Any) -> neo4j.Record | None:
        """The first row, or None when there is none."""
        found = await self.rows(statement, **parameters)
        return found[0] if found else None


class Database:
    """A pool of connections to one Neo4j database.

    Reads run as auto-commit transactions in READ mode and are repeated by the door when the server was briefly
    away; writes run in transaction functions that the driver repeats, so they must be idempotent.
    """

    def __init__(self, address: Address, *, pool_size: int = 64, timeout_s: float = 10.0) -> None:
        self.address = address
        self._timeout_s = timeout_s
        self._driver = neo4j.AsyncGraphDatabase.driver(
            address.uri,
            auth=(address.username, address.password),
            max_connection_pool_size=pool_size,
            connection_acquisition_timeout=timeout_s,
            connection_timeout=5.0,
            max_transaction_retry_time=timeout_s,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
            user_agent="zhongcao",
        )
        self._idle: list[neo4j.AsyncSession] = []
        # Only a routed cluster can answer a read from a member that has not seen our last write.
        bookmarks = neo4j.AsyncGraphDatabase.bookmark_manager() if address.uri.startswith("neo4j") else None
        common: dict[str, Any] = {
            "database": address.database,
            "fetch_size": -1,
            "bookmark_manager": bookmarks,
        }
        self._read_session = {**common, "default_access_mode": neo4j.READ_ACCESS}
        self._write_session = {**common, "default_access_mode": neo4j.WRITE_ACCESS}

    async def close(self) -> None:
        """Closes every connection."""
        while self._idle:
            await self._idle.pop().close()
        await self._driver.close()

    async def ping(self) -> None:
        """Returns when the database answers. Raises Unavailable."""
        async with _translated():
            await self._driver.verify_connectivity()

    async def wait_ready(self, timeout_s: float) -> None:
        """Returns when the database answers, however often it must be asked. Raises Unavailable at the end."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            try:
                return await self.ping()
            except CredentialsRefused:
                raise
            except Unavailable:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.2)

    async def rows(self, statement: Statement, **parameters: Any) -> list[neo4j.Record]:
        """The rows of a statement, all in memory; a write happens once however often it is sent.

        Raises Unavailable, TimedOut or LimitExceeded.
        """
        if statement.mode == "read":
            return await self.read(statement.text, parameters, name=statement.name)

        async def work(transaction: Transaction) -> list[neo4j.Record]:
            return await transaction.rows(statement, **parameters)

        return await self.unit(work)

    async def row(self, statement: Statement, **parameters: Any) -> neo4j.Record | None:
        """The first row of a statement, or None when there is none."""
        found = await self.rows(statement, **parameters)
        return found[0] if found else None

    async def batches(self, statement: Statement, *, batch: int = 5_000, **parameters: Any) -> int:
        """How many things a write that takes up to `batch` at a time, and gives their number, took in all."""
        total = 0
        while row := await self.row(statement, batch=batch, **parameters):
            total += int(row[0])
            if row[0] < batch:
                break
        return total

    async def read(self, text: str, parameters: Mapping[str, Any], *, name: str | None = None) -> list[neo4j.Record]:
        """The rows of a read-only text: a named statement's, or one composed by the compiler."""
        query = neo4j.Query(text, transaction_metadata.get(), self._timeout_s)  # type: ignore[arg-type]  # a mapping will do
        with Observed("read", name):
            return await self._repeated(lambda: self._read_once(query, parameters))

    async def _read_once(self, query: neo4j.Query, parameters: Mapping[str, Any]) -> list[neo4j.Record]:
        # Making a session costs as much as a small read does, so sessions that ended well are kept for the next one.
        session = self._idle.pop() if self._idle else self._driver.session(**self._read_session)
        try:
            result = await session.run(query, dict(parameters))
            rows = [record async for record in result]
        except asyncio.CancelledError:
            session.cancel()
            raise
        except BaseException:
            await session.close()
            raise
        self._idle.append(session)
        return rows

    async def command(self, text: str, *, timeout_s: float | None = None, **parameters: Any) -> list[neo4j.Record]:
        """The rows of an idempotent administrative text (schema, SHOW, EXPLAIN), which needs its own transaction."""
        query = neo4j.Query(text, timeout=timeout_s or self._timeout_s)

        async def once() -> list[neo4j.Record]:
            async with self._driver.session(**self._write_session) as session:
                return [record async for record in await session.run(query, parameters)]

        return await self._repeated(once)

    async def _repeated(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` returns, asked again after a pause when the server says that this may help."""
        pause_s = _FIRST_PAUSE_S
        for left in reversed(range(_TRIES)):
            try:
                return await attempt()
            except (Neo4jError, DriverError) as error:
                if not left or not error.is_retryable() or _code(error) in _TOO_BIG:
                    raise translate(error) from error
                log.warning("repeated: %s", _code(error) or type(error).__name__)
                metrics.repeated("read")
                await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, no secret
                pause_s *= 4
        raise AssertionError("unreachable")

    async def unit(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `work` returns, done in one write transaction; `work` may be called again after a deadlock.

        Raises what `work` raises (nothing is written then), Unavailable, TimedOut or LimitExceeded.
        """
        metadata = transaction_metadata.get()
        begun = False

        @neo4j.unit_of_work(metadata=dict(metadata) if metadata else None, timeout=self._timeout_s)
        async def attempt(inner: neo4j.AsyncManagedTransaction) -> T:
            nonlocal begun
            if begun:
                metrics.repeated("write")
            begun = True
            try:
                return await work(Transaction(inner))
            except Neo4jError as error:
                # The driver would try this again, and it would need as much memory again.
                if _code(error) in _TOO_BIG:
                    raise translate(error) from error
                raise

        async with _translated(), self._driver.session(**self._write_session) as session:
            return await session.execute_write(attempt)

    async def summary(self, text: str, **parameters: Any) -> neo4j.ResultSummary:
        """What the server says of a text (plan, query type, counters) after running it."""
        query = neo4j.Query(text, timeout=self._timeout_s)
        async with _translated(), self._driver.session(**self._read_session) as session:
            return await (await session.run(query, parameters)).consume()

    async def stream(
        self, statement: Statement, *, batch: int = 1_000, timeout_s: float = 3600.0, **parameters: Any
    ) -> AsyncIterator[neo4j.Record]:
        """The rows of a read, fetched as they are consumed: constant memory for any number."""
        options = {**self._read_session, "fetch_size": batch}
        async with _translated(), self._driver.session(**options) as session:
            query = neo4j.Query(statement.text, timeout=timeout_s)
            async for record in await session.run(query, parameters):
                yield record


def _code(error: Exception) -> str | None:
    return getattr(error, "code", None)


def translate(error: Neo4jError | DriverError) -> Exception:
    """The error of ours that stands for one of the driver's."""
    if _code(error) in _TIMED_OUT:
        return TimedOut("the database stopped the statement: it took too long")
    if _code(error) in _TOO_BIG:
        return LimitExceeded("the statement needed more memory than one may have")
    if (_code(error) or "").startswith("Neo.ClientError.Schema.") and "AlreadyExists" in (_code(error) or ""):
        return Conflict(f"the schema has it already, or something else of that name: {error.message}")
    if taken := _TAKEN.search(error.message or "") if isinstance(error, ConstraintError) else None:
        return Taken(taken[1], taken[2])
    if isinstance(error, AuthError):
        return CredentialsRefused("the database refuses the service's name or password")
    if isinstance(error, DriverError) or error.is_retryable():
        return Unavailable("the database does not answer; please ask again")
    return DatabaseError(f"{_code(error)}: {error.message}")


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise translate(error) from error
