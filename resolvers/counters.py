"""Where requests are counted: in this process, or in a storage that all processes share."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from settings import SettingsError

log = logging.getLogger(__name__)
_SWEEP_FIRST_AT = 10_000
_MOST_COUNTERS = 200_000
_TIMEOUT_S = 0.25
_PAUSE_S = 5.0


class Counters(Protocol):
    """Numbers by key, which are forgotten after a while. The storages of the package `limits` are such, too."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The number after adding to it; it need not be kept longer than `expiry` seconds."""


class LocalCounters:
    """Counters of this process; when there are too many, the oldest are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.time, most: int = _MOST_COUNTERS) -> None:
        self._clock = clock
        self._most = most
        self._sweep_at = min(_SWEEP_FIRST_AT, most)
        self._numbers: dict[str, tuple[int, float]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The number after adding to it."""
        return self.add(key, expiry, amount)

    def add(self, key: str, expiry: int, amount: int = 1) -> int:
        """The same, for those who cannot wait."""
        found = self._numbers.get(key)
        if found is None:
            if len(self._numbers) >= self._sweep_at:
                self._sweep()
            found = (0, self._clock() + expiry)
        number = found[0] + amount
        self._numbers[key] = (number, found[1])
        return number

    def _sweep(self) -> None:
        # Sweeping only when as many came as were kept makes each counter pay for one look at one counter.
        now_s = self._clock()
        living = [(key, number) for key, number in self._numbers.items() if number[1] > now_s]
        self._numbers = dict(living[-(self._most // 2) :])
        self._sweep_at = min(self._most, max(_SWEEP_FIRST_AT, 2 * len(self._numbers)))


class SharedCounters:
    """Counters of all processes together; of this one alone for as long as the storage does not answer."""

    def __init__(self, shared: Counters, clock: Callable[[], float] = time.time) -> None:
        self._shared = shared
        self._local = LocalCounters(clock)
        self._clock = clock
        self._again_s = 0.0

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The number after adding to it."""
        if self._clock() >= self._again_s:
            try:
                async with asyncio.timeout(_TIMEOUT_S):
                    return await self._shared.incr(key, expiry, amount)
            except Exception as error:  # each storage has errors of its own
                # Whoever asks must not wait for a storage that is away, nor be let through without limit.
                self._again_s = self._clock() + _PAUSE_S
                log.warning("the storage of rate limits fails (%s): counting by process", type(error).__name__)
        return await self._local.incr(key, expiry, amount)


def counters_at(uri: str) -> Counters:
    """The counters that the setting `rate_limit_storage` names. Raises SettingsError."""
    if uri == "memory://":
        return LocalCounters()
    from limits.errors import ConfigurationError  # only here: most installations count in memory
    from limits.storage import storage_from_string

    # Of the clients that `limits` takes for Redis, this is the one that everybody has.
    options: dict[str, Any] = {"implementation": "redispy"} if uri.startswith("redis") else {}
    try:
        shared: Any = storage_from_string(f"async+{uri}", **options)
    except (ConfigurationError, ValueError) as error:
        told = str(error).replace(f"async+{uri}", uri.partition(":")[0])
        raise SettingsError(f"ZHONGCAO_RATE_LIMIT_STORAGE: {told}") from None
    return SharedCounters(shared)
