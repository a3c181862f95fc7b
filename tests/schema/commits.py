"""Counting what is written, for tests that show that nothing was."""

from __future__ import annotations

from typing import Any

import pytest

from graph.database import Database


class Commits:
    """How many write transactions were committed: all writing goes through the door's units."""

    def __init__(self) -> None:
        self.count = 0


def counted(monkeypatch: pytest.MonkeyPatch) -> Commits:
    """Counts from now on, in this process, where the application under test runs too."""
    commits, unit = Commits(), Database.unit

    async def counting(self: Database, work: Any) -> Any:
        done = await unit(self, work)
        commits.count += 1
        return done

    monkeypatch.setattr(Database, "unit", counting)
    return commits
