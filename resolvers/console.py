"""Questions to the console: who may ask, how many at a time, of which copy of the graph, and the record of each."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Literal

import uuid_utils

from graph import audit
from graph.console.delivery import Delivery, Limits
from graph.console.formats import Encoder
from graph.console.reading import Answering, ConsoleDoor, Question
from graph.console.refusals import Refused
from graph.console.sources import Source, Sources
from graph.database import Address, Database, Transaction
from graph.embedded import NotRunning, PasswordLost, shell_info
from graph.errors import LimitExceeded, Unavailable, ZhongcaoError
from graph.rules.access import Role, Viewer, only
from resolvers.rates import Rates
from settings import Settings
from telemetry import metrics

log = logging.getLogger(__name__)
ACCESS = only(Role.DATA_SCIENTIST)
_RECORD_S = 5.0


class Busy(LimitExceeded):
    """So many questions run already that this one must wait for one of them to end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how many rows and megabytes its answer may have; None: as many as the settings let it."""

    question: Question
    max_rows: int | None = None
    max_mb: int | None = None


@dataclass(slots=True)
class Record:
    """What is kept of a question."""

    who: str
    source: str
    text: str
    id: str = field(default_factory=lambda: f"question_{uuid_utils.uuid7().hex}")
    outcome: str = "left"
    rows: int = 0
    began_s: float = field(default_factory=perf_counter)

    def asked(self) -> dict[str, str]:
        """The question."""
        return {"source": self.source, **audit.of_query(self.text)}

    def answered(self) -> dict[str, str]:
        """What came of it."""
        ms = (perf_counter() - self.began_s) * 1000
        return {"outcome": self.outcome, "rows": str(self.rows), "ms": f"{ms:.0f}"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that comes: from where, and its bytes."""

    source: Source
    delivery: Delivery


class Console:
    """Asks on behalf of people. `rates` None: an operator asks, who is not counted."""

    def __init__(self, settings: Settings, database: Database, rates: Rates | None, sources: Sources) -> None:
        self._settings = settings
        self._database = database
        self._rates = rates
        self._sources = sources
        self._running: Counter[str] = Counter()

    async def close(self) -> None:
        """Closes the connections."""
        await self._sources.close()

    async def admit(self, viewer: Viewer | None) -> Viewer:
        """The viewer, counted. Raises SignInRequired, Forbidden or TooMany."""
        ACCESS.check(viewer)
        assert viewer is not None, "nobody holds a role"
        if self._rates is not None:
            await self._rates.question(viewer.id)
        return viewer

    @asynccontextmanager
    async def answer(self, who: str, asked: Asked, encoder: Encoder) -> AsyncIterator[Reply]:
        """The answer, begun; leaving the block ends the server's work.

        Raises Busy, Refused, CypherFault, TimedOut, LimitExceeded or Unavailable, also while bytes are taken.
        """
        async with self._asking(who, asked) as (source, door, question, record):
            async with door.ask(
                question, closed=source.closed, who=who, before=lambda: self._record("asked", record)
            ) as answering:
                delivery = Delivery(answering.rows, encoder, self._limits(asked), source.name)
                try:
                    yield Reply(source, delivery)
                finally:
                    record.rows = delivery.sent_rows
            if delivery.told is not None:
                record.outcome = "truncated" if delivery.told.truncated else "answered"

    async def plan(self, who: str, asked: Asked, mode: Literal["explain", "profile"]) -> dict[str, Any]:
        """The plan as the server tells it, with its source; with `profile`, after running the question."""
        async with self._asking(who, asked) as (source, door, question, record):
            if mode == "explain":
                planned = await door.plan(question, closed=source.closed, who=who)
                await self._record("asked", record)
                found: Any = planned.plan
            else:
                async with door.ask(
                    question, closed=source.closed, who=who, profile=True, before=lambda: self._record("asked", record)
                ) as answering:
                    found = await self._profiled(answering)
            record.outcome = "answered"
            return {"plan": found, "source": source.name}

    async def check(self, who: str, question: Question) -> None:
        """Returns when the question passes the guard; it is planned, and not run.

        Raises as `answer`.
        """
        with self._counted(who):
            source = await self._sources.current()
            await source.door.plan(question, closed=source.closed, who=who)

    async def _profiled(self, answering: Answering) -> Any:
        return await answering.rows.profile()

    @asynccontextmanager
    async def _asking(self, who: str, asked: Asked) -> AsyncIterator[tuple[Source, ConsoleDoor, Question, Record]]:
        """Where and with what to ask; what comes of it is recorded, also when the asker leaves."""
        with self._counted(who):
            source = await self._sources.current()
            given = asked.question
            timeout_s = min(given.timeout_s, self._settings.console_timeout_s)
            question = Question(given.text, given.parameters, given.language, timeout_s)
            record = Record(who, source.name, given.text)
            try:
                yield source, source.door, question, record
            except Refused as error:
                record.outcome = f"refused: {error.reason}"
                await self._record("asked", record)
                raise
            except Unavailable as error:
                record.outcome = f"failed: {error.code}"
                self._sources.lost()
                raise
            except ZhongcaoError as error:
                record.outcome = f"failed: {error.code}"
                raise
            finally:
                metrics.question(source.name, record.outcome.partition(":")[0])
                # Whoever leaves must not keep the record from being written.
                await asyncio.shield(self._finish(record))

    @contextmanager
    def _counted(self, who: str) -> Iterator[None]:
        """Room for one more question. Raises Busy."""
        if self._running[who] >= self._settings.console_per_person:
            raise Busy(f"{self._running[who]} of your questions run already: wait for one of them to end")
        if self._running.total() >= self._settings.console_at_once:
            raise Busy("too many questions run now: ask again in a moment")
        self._running[who] += 1
        try:
            yield
        finally:
            self._running[who] -= 1
            if not self._running[who]:
                del self._running[who]

    def _limits(self, asked: Asked) -> Limits:
        rows = self._settings.console_max_rows
        mb = self._settings.console_max_mb
        return Limits(min(rows, asked.max_rows or rows), min(mb, asked.max_mb or mb) * 10**6)

    async def _record(self, kind: Literal["asked", "answered"], record: Record) -> None:
        """Keeps it. Raises Unavailable when that cannot be: nothing runs that nobody hears of."""
        detail = record.asked() if kind == "asked" else record.answered()

        async def work(tx: Transaction) -> None:
            await audit.record(
                tx, kind=f"console_{kind}", actor_id=record.who, subject_id=record.id, detail=detail,
                now=datetime.now(UTC),
            )  # fmt: skip

        await self._database.unit(work)

    async def _finish(self, record: Record) -> None:
        try:
            async with asyncio.timeout(_RECORD_S):
                await self._record("answered", record)
        except Exception:
            log.exception("what came of %s was not recorded: %s", record.id, record.answered())


def make_console(settings: Settings, database: Database, rates: Rates | None) -> Console:
    """The console over the service's database, or over the copy that the settings name."""
    sources = Sources(
        database.address,
        None if settings.console_uri is None else lambda: _replica(settings),
        pool_size=settings.console_at_once,
        fallback=settings.console_fallback,
    )
    return Console(settings, database, rates, sources)


def _replica(settings: Settings) -> Address:
    """Where the copy is now. Raises Unavailable while it runs nowhere."""
    if settings.console_uri != "replica":
        password = settings.console_password.get_secret_value()
        return Address(settings.console_uri or "", settings.console_username, password, settings.console_database)
    try:
        info = shell_info(settings.data_dir / "replica")
        return Address(info.uri, info.username, info.password())
    except (NotRunning, PasswordLost):
        raise Unavailable("the replica for analysis does not run now: `app.py db replica` runs it") from None
