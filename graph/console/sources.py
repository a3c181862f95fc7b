"""Which copy of the graph the console asks: the living one, or one made for analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.console.reading import ConsoleDoor
from graph.database import Address

Name = Literal["live", "replica"]


@dataclass(frozen=True, slots=True)
class Source:
    """A copy of the graph. `closed`: it holds what is private; `made_at`: when it was taken, None: it is the living."""

    name: Name
    door: ConsoleDoor
    closed: bool
    made_at: datetime | None = None


class Sources:
    """The living graph, and in its place a replica where there is one."""

    def __init__(self, live: Address, replica: Address | None, *, pool_size: int = 16) -> None:
        self._name: Name = "live" if replica is None else "replica"
        self._door = ConsoleDoor(replica or live, pool_size=pool_size)

    async def close(self) -> None:
        """Closes every connection."""
        await self._door.close()

    async def current(self) -> Source:
        """The copy to ask now."""
        return Source(self._name, self._door, closed=True)
