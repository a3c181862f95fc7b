"""The console's own door to the tests' graph."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.console.reading import ConsoleDoor
from graph.database import Address


@pytest.fixture
async def door(address: Address) -> AsyncIterator[ConsoleDoor]:
    """Connections of the console."""
    one = ConsoleDoor(address)
    yield one
    await one.close()
