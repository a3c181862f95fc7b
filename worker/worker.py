"""The task of a server process that takes events from the outbox and has them handled."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from graph import outbox
from graph.database import Database, Transaction, transaction_metadata
from graph.errors import DatabaseError, ZhongcaoError
from graph.outbox import Event
from settings import Settings
from telemetry import metrics

log = logging.getLogger(__name__)
LEASE_S = 60.0
HANDLING_S = 45.0  # well within the lease: when it is over, nobody here works on the event any more
_GRACE_S = 5.0
_LONGEST_PAUSE_S = 30.0
_MEASURED_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class InGraph:
    """A handler whose whole effect is in the graph: it and the event's end are one transaction, so it happens once.

    `told` is called after that transaction.
    """

    work: Callable[[Transaction, Event, datetime], Awaitable[None]]
    told: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A handler with an effect outside the graph, such as mail: after a crash it happens again."""

    act: Callable[[Event, datetime], Awaitable[None]]


Handler = InGraph | Outside


class UnknownKind(Exception):
    """No handler here takes this kind of event; a newer process may."""


class Abandoned(Exception):
    """Every worker that took the event ended before it was handled."""


class Worker:
    """Takes events as they fall due and has them handled, some at a time, until it is stopped.

    It looks when it is woken and otherwise every `worker_poll_s`. What it holds when its process dies is due again
    after the lease. While the database is away it looks less and less often.
    """

    def __init__(self, database: Database, handlers: Mapping[str, Handler], settings: Settings) -> None:
        self._database = database
        self._handlers = handlers
        self._poll_s = settings.worker_poll_s
        self._concurrency = settings.worker_concurrency
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: dict[asyncio.Task[None], Event] = {}
        self._loop: asyncio.Task[None] | None = None
        self._measured_at = -_MEASURED_EVERY_S

    def start(self) -> None:
        """Begins to work, in a task of the running loop."""
        self._loop = asyncio.create_task(self._run(), name="worker")

    def wake(self) -> None:
        """Looks at once: something was just emitted here."""
        self._woken.set()

    async def stop(self) -> None:
        """Ends when what is being handled is done, or given back after a few seconds."""
        self._stopping = True
        self._woken.set()
        if self._loop is not None:
            await self._loop
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE_S)
        left = dict(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._give_back(tuple(left.values()))

    async def _run(self) -> None:
        pause_s = self._poll_s
        while not self._stopping:
            try:
                more = await self._take()
                await self._measure()
                pause_s = self._poll_s
            except Exception as error:  # whatever it is, what waits must be looked at again
                log.warning("the outbox cannot be read (%s); next look in %.1f s", _told(error), pause_s)
                await self._rest(pause_s)
                pause_s = min(pause_s * 2, max(_LONGEST_PAUSE_S, self._poll_s))
                continue
            if not more:
                await self._rest(self._poll_s)

    async def _take(self) -> bool:
        """Claims what is due, as much as can be handled now, and tells whether more may be taken at once."""
        free = self._concurrency - len(self._running)
        if not free:
            return False  # the first that ends wakes the loop
        found = await outbox.claim(self._database, now=_now(), batch=free, lease_s=LEASE_S)
        if self._stopping:
            await self._give_back(found.events)
            return False
        for event in found.events:
            task = asyncio.create_task(self._handle(event), name=f"event {event.kind}")
            self._running[task] = event
            task.add_done_callback(self._forget)
        return bool(found.events) or found.contended

    def _forget(self, task: asyncio.Task[None]) -> None:
        if len(self._running) >= self._concurrency:
            self._woken.set()
        self._running.pop(task, None)

    async def _rest(self, seconds: float) -> None:
        """Returns after that time, or when somebody wakes the worker."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        if not self._stopping:
            self._woken.clear()

    async def _handle(self, event: Event) -> None:
        """Has one event handled; whatever goes wrong is noted on the event."""
        transaction_metadata.set({"operation": f"event {event.kind}", "request": event.id})
        try:
            async with asyncio.timeout(HANDLING_S):
                await self._effect(event)
        except outbox.Lost:
            log.info("event %s (%s) was taken elsewhere meanwhile", event.id, event.kind)
        except Exception as error:
            await self._failed(event, error)
        else:
            metrics.outbox_event("done")

    async def _effect(self, event: Event) -> None:
        if event.attempts > outbox.MAX_ATTEMPTS:
            raise Abandoned
        handler = self._handlers.get(event.kind)
        if handler is None:
            raise UnknownKind
        now = _now()
        if isinstance(handler, InGraph):
            await self._database.unit(lambda tx: _in_graph(tx, handler, event, now))
            if handler.told is not None:
                handler.told()
        else:
            await handler.act(event, now)
            await self._database.unit(lambda tx: outbox.complete(tx, event=event, now=now))

    async def _failed(self, event: Event, error: Exception) -> None:
        # Texts of errors may hold what people wrote: only names and places are logged.
        what = _told(error)
        try:
            final = await outbox.fail(self._database, event=event, now=_now(), error=error)
        except (ZhongcaoError, DatabaseError):
            log.warning("event %s (%s) failed and could not be given back: %s", event.id, event.kind, what)
            return
        metrics.outbox_event("failed" if final else "repeated")
        level = logging.ERROR if final or isinstance(error, UnknownKind) else logging.WARNING
        again = "for good" if final else "and will be tried again"
        log.log(level, "event %s (%s), attempt %d, failed %s: %s", event.id, event.kind, event.attempts, again, what)

    async def _give_back(self, events: tuple[Event, ...]) -> None:
        if not events:
            return
        try:
            await outbox.release(self._database, events=events, now=_now())
        except (ZhongcaoError, DatabaseError):
            log.warning("%d events could not be given back; they are due again within %.0f s", len(events), LEASE_S)

    async def _measure(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._measured_at < _MEASURED_EVERY_S:
            return
        self._measured_at = now_s
        lag = await outbox.lag(self._database, now=_now())
        metrics.outbox_lag(due=lag.due, oldest_s=lag.oldest_s, failed=lag.failed)


async def _in_graph(tx: Transaction, handler: InGraph, event: Event, now: datetime) -> None:
    await outbox.complete(tx, event=event, now=now)
    await handler.work(tx, event, now)


def _told(error: BaseException) -> str:
    """The error's name, and the file and line that raised it, without a word of its text."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def _now() -> datetime:
    return datetime.now(UTC)
