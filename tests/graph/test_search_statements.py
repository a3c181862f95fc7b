"""The statements of search that are composed with a visibility rule: they parse, read only, and walk no label."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.database import Database
from graph.jobs.suggestions import KEEP
from graph.search import SEARCHES
from graph.statements import Statement
from graph.suggestions import SUGGEST
from tests.graph.test_statements import operators

pytestmark = pytest.mark.anyio
_COMPOSED = [*SEARCHES.values(), *SUGGEST.values(), *KEEP.values()]


@pytest.mark.parametrize("statement", _COMPOSED, ids=lambda one: one.name)
async def test_plan(database: Database, statement: Statement) -> None:
    parameters = dict.fromkeys(re.findall(r"\$(\w+)", statement.text))
    summary = await database.summary(f"EXPLAIN {statement.text}", **parameters)
    assert summary.query_type == {"read": "r", "write": "rw"}[statement.mode]
    assert summary.plan is not None
    found = set(operators(summary.plan))
    assert not found & {"AllNodesScan", "NodeByLabelScan"}, found
    assert not crossed(summary.plan)


def crossed(plan: dict[str, Any]) -> bool:
    """Whether sets are crossed; one node by its id with another by its id is one row."""
    children = plan.get("children", ())
    if plan["operatorType"].startswith("CartesianProduct"):
        return any(not child["operatorType"].startswith("NodeUniqueIndexSeek") for child in children)
    return any(crossed(child) for child in children)
