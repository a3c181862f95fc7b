"""Open connections: counted by address, and told when the process must stop."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from graph.errors import LimitExceeded
from schema.connections import Connections, told_to_stop

pytestmark = pytest.mark.anyio


async def test_an_address_holds_so_many() -> None:
    connections = Connections(2)
    with connections.held("2001:db8::1"), connections.held("2001:db8::2"), connections.held("192.0.2.1"):
        assert connections.open == 3
        with pytest.raises(LimitExceeded), connections.held("2001:db8:0:0:ffff::"):
            raise AssertionError("held")
    assert connections.open == 0
    with connections.held("2001:db8::3"):
        assert connections.open == 1


async def test_a_process_told_to_stop_says_so_before_its_server_waits() -> None:
    told: list[str] = []
    former = signal.signal(signal.SIGTERM, lambda *_: told.append("server"))
    mine = signal.getsignal(signal.SIGTERM)
    try:
        with told_to_stop(lambda: told.append("connections")):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.05)
        assert sorted(told) == ["connections", "server"]
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, former)


async def test_nobody_is_told_outside_of_the_main_thread() -> None:
    async def inside() -> None:
        with told_to_stop(lambda: None):
            pass

    await asyncio.to_thread(asyncio.run, inside())
