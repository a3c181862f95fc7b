"""What writes ask before they touch a node is planned like any statement."""

from __future__ import annotations

from typing import Any

import pytest

from graph.database import Database
from graph.seeing import SEES, VISIBLE
from tests.graph.test_statements import operators

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("label", sorted(SEES))
async def test_plan(database: Database, label: str) -> None:
    await _is_sought(database, SEES[label].text, viewer="user_x", id="x_y")


async def test_many_at_once(database: Database) -> None:
    labels = {label: ["x_y"] for label in ("Note", "Product", "Topic", "User", "Brand")}
    await _is_sought(database, VISIBLE.text, viewer="user_x", **labels)


async def _is_sought(database: Database, text: str, **parameters: Any) -> None:
    summary = await database.summary(f"EXPLAIN {text}", **parameters)
    assert summary.query_type == "r"
    assert summary.plan is not None
    assert not {"AllNodesScan", "NodeByLabelScan"} & set(operators(summary.plan))
