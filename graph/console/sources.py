"""Which copy of the graph the console asks: the living one, or one made for analysis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.console.reading import ConsoleDoor, Question
from graph.database import Address
from graph.errors import Unavailable, ZhongcaoError

Name = Literal["live", "replica"]
_MARK = Question("MATCH (mark:Replica) RETURN mark.takenAt AS taken_at LIMIT 1", timeout_s=5.0)
_BELIEVED_S = 5.0


@dataclass(frozen=True, slots=True)
class Source:
    """A copy of the graph. `closed`: it holds what is private; `made_at`: when it was taken, None: it is the living."""

    name: Name
    door: ConsoleDoor
    closed: bool
    made_at: datetime | None = None


class Sources:
    """The living graph, and in its place a replica where there is one.

    `replica` says where it is now, and raises Unavailable while it is nowhere. With `fallback` the living graph is
    asked while the replica is away; without, nobody is, because what ended the replica would then be asked of the
    service's own database.
    """

    def __init__(
        self, live: Address, replica: Callable[[], Address] | None, *, pool_size: int = 16, fallback: bool = False
    ) -> None:
        self._live = Source("live", ConsoleDoor(live, pool_size=pool_size), closed=True)
        self._where = replica
        self._pool_size = pool_size
        self._fallback = fallback
        self._replica: Source | None = None
        self._looked_s = 0.0
        self._looking = asyncio.Lock()

    async def close(self) -> None:
        """Closes every connection."""
        await self._live.door.close()
        if self._replica is not None:
            await self._replica.door.close()

    async def current(self) -> Source:
        """The copy to ask now. Raises Unavailable while the replica is away, unless there is a fallback."""
        if self._where is None:
            return self._live
        try:
            async with self._looking:
                return await self._found(self._where())
        except Unavailable:
            if self._fallback:
                return self._live
            raise

    def lost(self) -> None:
        """A question found the copy away: the next one looks for it anew."""
        self._looked_s = 0.0

    async def _found(self, address: Address) -> Source:
        """The replica at the address, looked at every few seconds: it may have become another one."""
        known = self._replica
        if known is not None and known.door.address == address and time.monotonic() - self._looked_s < _BELIEVED_S:
            return known
        if known is None or known.door.address != address:
            if known is not None:
                await known.door.close()
            known = Source("replica", ConsoleDoor(address, pool_size=self._pool_size), closed=True)
            self._replica = known
        self._replica = await _looked_at(known.door)
        self._looked_s = time.monotonic()
        return self._replica


async def _looked_at(door: ConsoleDoor) -> Source:
    """What is at the end of the door. Only a copy that `db replica` made says that it holds nothing private."""
    try:
        async with door.ask(_MARK, closed=False, who="service") as answer:
            rows = await answer.rows.pull(1)
    except ZhongcaoError as error:
        raise Unavailable("the replica for analysis does not answer now; please ask again later") from error
    taken_at = rows[0][0].to_native() if rows else None
    return Source("replica", door, closed=not rows, made_at=taken_at)
