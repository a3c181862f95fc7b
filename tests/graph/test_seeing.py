"""What writes ask before they touch a node is planned like any statement."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.seeing import SEES
from tests.graph.test_statements import operators

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("label", sorted(SEES))
async def test_plan(database: Database, label: str) -> None:
    summary = await database.summary(f"EXPLAIN {SEES[label].text}", viewer="user_x", id="x_y")
    assert summary.query_type == "r"
    assert summary.plan is not None
    assert not {"AllNodesScan", "NodeByLabelScan"} & set(operators(summary.plan))
