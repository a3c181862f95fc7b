"""Connections that stay open: how many each address may hold, and the word that they must end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from graph.errors import LimitExceeded
from resolvers.rates import network


class Connections:
    """The open connections of one process."""

    def __init__(self, most_per_address: int) -> None:
        self._most = most_per_address
        self._held: Counter[str] = Counter()
        self._ending = asyncio.Event()

    @property
    def open(self) -> int:
        """How many there are now."""
        return self._held.total()

    @contextmanager
    def held(self, address: str) -> Iterator[None]:
        """Counts one for as long as it is open. Raises LimitExceeded when the address holds enough."""
        who = network(address)
        if self._held[who] >= self._most:
            raise LimitExceeded(f"this address holds {self._most} connections open, which is all that it may")
        self._held[who] += 1
        try:
            yield
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]

    def end(self) -> None:
        """Has every connection ended: the server waits for those that are open before it stops."""
        self._ending.set()

    async def ended(self) -> None:
        """Returns when connections must end."""
        await self._ending.wait()


@contextmanager
def told_to_stop(act: Callable[[], None]) -> Iterator[None]:
    """Calls `act` when the process is told to stop, before the server's own handler waits for open connections."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        former = before[signal.Signals(number)]
        if callable(former):
            former(number, frame)

    mine = [number for number, former in before.items() if callable(former)]
    for number in mine:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in mine:
            if signal.getsignal(number) is handle:
                signal.signal(number, before[number])
