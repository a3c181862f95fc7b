"""New notifications of all server processes, handed to those of this process who listen.

One tail serves all listeners of a process, and only looks while there are some. A transaction that began earlier may
commit later, so each look goes back a little way, now and then a long way, and what was seen is known by its id.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from graph import notifications
from graph.database import Database
from graph.errors import LimitExceeded, Unavailable

log = logging.getLogger(__name__)
# How far a look goes back: what commits within the first is found at once, what commits within the second soon after.
# A unit of work is over, or has failed, after less than the second.
SHORT = timedelta(seconds=3)
LONG = timedelta(seconds=40)
_LONG_EVERY = 10
_PAGE = 1_000
_MOST_WAITING = 100
_LONGEST_PAUSE_S = 15.0


class Listener:
    """The ids of one person's new notifications, in the order in which they were found."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._ended: Exception | None = None
        self._changed = asyncio.Event()

    def offer(self, notification_id: str) -> None:
        """Adds one; a listener that takes them too slowly is ended instead."""
        if len(self._waiting) >= _MOST_WAITING:
            self.end(LimitExceeded("this subscription takes its events too slowly; subscribe again"))
            return
        self._waiting.append(notification_id)
        self._changed.set()

    def end(self, error: Exception) -> None:
        """Lets `next` raise the error from now on."""
        self._ended = error
        self._waiting.clear()
        self._changed.set()

    async def next(self) -> str:
        """The next id, once there is one. Raises what the listener was ended with."""
        while True:
            if self._ended is not None:
                raise self._ended
            if self._waiting:
                return self._waiting.popleft()
            self._changed.clear()
            await self._changed.wait()


class Tail:
    """Looks for new notifications while anybody listens, every `poll_s` and whenever it is woken."""

    def __init__(
        self, database: Database, *, poll_s: float, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._poll_s = poll_s
        self._clock = clock
        self._listeners: dict[str, list[Listener]] = {}
        self._seen: dict[str, datetime] = {}
        self._looked_at: datetime | None = None
        self._looks = 0
        self._starting = asyncio.Lock()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return sum(map(len, self._listeners.values()))

    def wake(self) -> None:
        """Looks at once: a notification was just made here."""
        self._woken.set()

    @asynccontextmanager
    async def listen(self, recipient_id: str) -> AsyncIterator[Listener]:
        """Everything that the person is told from now on. Raises Unavailable when the graph cannot be read."""
        listener = Listener()
        async with self._starting:
            if self._task is None:
                await self._look(tell=False)
                self._task = asyncio.create_task(self._run(), name="tail")
            self._listeners.setdefault(recipient_id, []).append(listener)
        try:
            yield listener
        finally:
            self._leave(recipient_id, listener)

    async def close(self) -> None:
        """Ends every listener and the looking."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.end(Unavailable("the service is stopping; subscribe again"))
        task = self._task
        self._stop()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)

    def _leave(self, recipient_id: str, listener: Listener) -> None:
        others = self._listeners.get(recipient_id, [])
        if listener in others:
            others.remove(listener)
        if not others:
            self._listeners.pop(recipient_id, None)
        if not self._listeners:
            self._stop()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._seen.clear()
        self._looked_at, self._looks = None, 0

    async def _run(self) -> None:
        pause_s = self._poll_s
        while True:
            await self._rest(pause_s)
            try:
                await self._look(tell=True)
                pause_s = self._poll_s
            except Exception as error:  # whatever it is, those who listen wait for the next look
                pause_s = min(pause_s * 2, max(_LONGEST_PAUSE_S, self._poll_s))
                log.warning("notifications cannot be read (%s); next look in %.1f s", type(error).__name__, pause_s)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _look(self, *, tell: bool) -> None:
        """Reads what came since the last look, and a while before it; the first look only takes note."""
        now = self._clock()
        back = LONG if self._looks % _LONG_EVERY == 0 else SHORT
        since, after = min(now, self._looked_at or now) - back, ""
        while True:
            page = await notifications.since(self._database, since=since, after=after, limit=_PAGE)
            for one in page:
                if one.id not in self._seen:
                    self._seen[one.id] = one.created_at
                    if tell:
                        for listener in self._listeners.get(one.recipient_id, ()):
                            listener.offer(one.id)
            if len(page) < _PAGE:
                break
            since, after = page[-1].created_at, page[-1].id
        self._looks += 1
        self._looked_at = now
        self._seen = {id: at for id, at in self._seen.items() if at >= now - 2 * LONG}
