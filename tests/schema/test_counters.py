"""Counters of one process and of several."""

from __future__ import annotations

import asyncio
import logging

import pytest
from limits.aio.storage import MemoryStorage

from resolvers.counters import LocalCounters, SharedCounters, counters_at
from settings import SettingsError


class Clock:
    """A clock that is set by hand."""

    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


class Broken:
    """A storage that is away, or too slow."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.asked = 0

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.asked += 1
        await asyncio.sleep(self.delay_s)
        raise ConnectionError("redis://:geheim@host is away")


async def test_numbers_add_up_by_key() -> None:
    counters = LocalCounters(Clock())
    assert [await counters.incr("a", 60), await counters.incr("a", 60, 3), await counters.incr("b", 60)] == [1, 4, 1]


async def test_what_is_over_is_forgotten() -> None:
    clock = Clock()
    counters = LocalCounters(clock, most=100)
    for number in range(100):
        await counters.incr(f"old {number}", 60)
    clock.now_s += 61
    await counters.incr("new", 60)
    assert len(counters) == 1


async def test_memory_is_bounded_and_the_latest_stay() -> None:
    counters = LocalCounters(Clock(), most=100)
    for number in range(10_000):
        await counters.incr(str(number), 3_600)
    assert len(counters) <= 100
    assert await counters.incr("9999", 3_600) == 2


async def test_processes_count_together() -> None:
    shared = LocalCounters(Clock())
    one, another = SharedCounters(shared), SharedCounters(shared)
    assert [await one.incr("a", 60), await another.incr("a", 60), await one.incr("a", 60)] == [1, 2, 3]


@pytest.mark.parametrize("delay_s", [0.0, 10.0])
async def test_a_storage_that_is_away_is_left_alone_for_a_while(
    delay_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    broken = Broken(delay_s=delay_s)
    counters = SharedCounters(broken, clock)
    async with asyncio.timeout(2):
        with caplog.at_level(logging.WARNING, "resolvers"):
            assert [await counters.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert broken.asked == 1
    assert len(caplog.records) == 1
    assert "geheim" not in caplog.text
    clock.now_s += 5
    assert await counters.incr("a", 60) == 4
    assert broken.asked == 2


async def test_a_storage_of_limits_will_do() -> None:
    counters = SharedCounters(MemoryStorage())
    assert [await counters.incr("a", 60), await counters.incr("a", 60, 2)] == [1, 3]


@pytest.mark.parametrize("uri", ["cassandra://host", "redis://:geheim@host:6379", "nothing"])
def test_a_storage_that_cannot_be_is_named_at_start(uri: str) -> None:
    with pytest.raises(SettingsError, match="ZHONGCAO_RATE_LIMIT_STORAGE") as error:
        counters_at(uri)
    assert "geheim" not in str(error.value)
