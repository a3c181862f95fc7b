"""Passwords: hashed slowly, in threads, a few at a time, so that a flood of sign-ins cannot take the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

P = ParamSpec("P")
R = TypeVar("R")
_AT_ONCE = 4


class Passwords:
    """Hashes and checks passwords with argon2id. Source: RFC 9106, second recommended option (64 MiB)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The password's hash, with its parameters and a salt."""
        return await self._slowly(self._hasher.hash, password)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the hashed one; None, for nobody, takes as long and never matches."""
        if hashed is None and self._nobody is None:
            self._nobody = await self.hash("nobody has this password")
        same = await self._slowly(self._verify, password, hashed or self._nobody or "")
        return same and hashed is not None

    async def _slowly(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work` returns, done in a thread. Its slot is free when the thread has ended, whoever waits for it."""
        await self._slots.acquire()
        task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
        task.add_done_callback(lambda _: self._slots.release())
        return await asyncio.shield(task)

    def _verify(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
