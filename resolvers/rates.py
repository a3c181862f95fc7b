"""How often somebody may ask: requests, writes, sign-ins, uploads and others, counted by person or by address.

Windows are fixed; they begin for each caller at a moment of their own, so that not everybody comes back at the full
minute.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from graph.errors import LimitExceeded
from resolvers.counters import Counters, counters_at
from settings import Settings
from telemetry import metrics


@dataclass(frozen=True, slots=True)
class Policy:
    """So many (`about`) in so many seconds; `name` is what answers and metrics call it."""

    name: str
    about: str
    quota: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to one caller under a policy, and after how many seconds there is all of it again."""

    policy: Policy
    remaining: int
    reset_s: int


class TooMany(LimitExceeded):
    """Asked too often; after `retry_after_s` seconds asking again helps."""

    def __init__(self, allowance: Allowance) -> None:
        policy = allowance.policy
        super().__init__(
            f"too many {policy.about}: {policy.quota} in {policy.window_s} s are allowed; "
            f"ask again in {allowance.reset_s} s"
        )
        self.retry_after_s = allowance.reset_s


# What was counted for the request under way; None outside of one whose answer tells it.
counted: ContextVar[list[Allowance] | None] = ContextVar("counted", default=None)


class Rates:
    """The limits as the settings have them. Each method counts once and raises TooMany when that was too much."""

    def __init__(
        self, settings: Settings, *, counters: Counters | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        if counters is None:
            counters = counters_at(settings.rate_limit_storage.get_secret_value())
        self._counters = counters
        self._address = Policy("address", "requests from this address", settings.rate_address_per_minute, 60)
        self._viewer = Policy("viewer", "requests", settings.rate_viewer_per_minute, 60)
        self._writes = Policy("writes", "changes", settings.rate_writes_per_minute, 60)
        self._sign_ins = Policy("sign-ins", "attempts to sign in", settings.rate_sign_ins_per_10_minutes, 600)
        self._sign_ups = Policy("sign-ups", "new accounts", settings.rate_sign_ups_per_hour, 3_600)
        self._strangers = Policy("strangers", "wrong passwords", _STRANGERS_PER_MINUTE, 60)
        self._uploads = Policy("uploads", "uploads", settings.rate_uploads_per_10_minutes, 600)
        self._questions = Policy("questions", "questions", settings.rate_questions_per_minute, 60)

    async def request(self, viewer_id: str | None, address: str) -> Allowance:
        """Counts a request: the person's, or the address's when nobody is signed in."""
        if viewer_id is not None:
            return await self._count(self._viewer, viewer_id)
        return await self._count(self._address, network(address))

    async def write(self, viewer_id: str | None, address: str, *, cost: int = 1) -> Allowance:
        """Counts `cost` mutations."""
        return await self._count(self._writes, viewer_id or network(address), cost)

    async def sign_in(self, address: str) -> Allowance:
        """Counts an attempt to sign in, whatever comes of it."""
        return await self._count(self._sign_ins, network(address))

    async def stranger(self, fingerprint: str) -> Allowance:
        """Counts an attempt to sign in with an address nobody has, so that it is answered like one somebody has."""
        # Told to nobody: what is left of it would say that the address is unknown.
        return await self._count(self._strangers, fingerprint, announced=False)

    async def sign_up(self, address: str) -> Allowance:
        """Counts an account about to be opened."""
        return await self._count(self._sign_ups, network(address))

    async def upload(self, viewer_id: str) -> Allowance:
        """Counts an upload about to begin."""
        return await self._count(self._uploads, viewer_id)

    async def question(self, viewer_id: str) -> Allowance:
        """Counts a question to the console."""
        return await self._count(self._questions, viewer_id)

    async def _count(self, policy: Policy, who: str, cost: int = 1, *, announced: bool = True) -> Allowance:
        key = f"{policy.name}/{who}"
        place_s = self._clock() + crc32(key.encode()) % policy.window_s
        window, into_s = divmod(place_s, policy.window_s)
        number = await self._counters.incr(f"{key}/{window:.0f}", policy.window_s, cost)
        reset_s = math.ceil(policy.window_s - into_s)
        allowance = Allowance(policy, max(0, policy.quota - number), reset_s)
        told = counted.get()
        if announced and told is not None:
            told.append(allowance)
        if number > policy.quota:
            metrics.refused(policy.name)
            raise TooMany(allowance)
        return allowance


# As many as an account takes before it is locked.
_STRANGERS_PER_MINUTE = 5


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """What one caller owns: an IPv4 address, or the /64 of an IPv6 address. What is neither stays as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
