"""Each invariant holds in the demo community, and each breach of one is found where it is."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from graph.database import Database, Transaction
from graph.invariants import STRUCTURAL, Report, Rules, check, derived
from graph.model import PropertyType
from graph.statements import Statement
from tests.graph import breakages
from tests.graph.test_statements import operators

pytestmark = pytest.mark.anyio
_BY_NAME: dict[str, Rules] = {
    invariant.name: rules
    for kind in derived.LABELS
    for rules in (*derived.by_label(kind), derived.without_id(kind))
    for invariant in rules.invariants
} | {rules.invariants[0].name: rules for rules in (*STRUCTURAL, derived.unknown_labels())}


class Undo(Exception):
    """Ends a transaction without writing anything."""


@dataclass
class Found:
    """What one statement said of the broken thing, and what it said before it was broken."""

    id: str
    examples: list[str]
    count: int
    before: int


async def breach(database: Database, name: str, text: str) -> Found:
    """Breaks the graph, asks the rule about the place, and takes the breach back."""
    rules, found = _BY_NAME[name], []
    place = next(n for n, one in enumerate(rules.invariants) if one.name == name)

    async def counted(transaction: Transaction, bounds: dict[str, str]) -> tuple[int, list[str]]:
        rows = await transaction.rows(rules.statement, examples=1_000, **bounds)
        of_rule = [row for row in rows if row.get("rule", 0) == place]
        return sum(row["count"] for row in of_rule), [one for row in of_rule for one in row["examples"]]

    async def work(transaction: Transaction) -> None:
        whole = {"after": "", "last": "~"} if rules.label else {}
        before, _ = await counted(transaction, whole)
        row = await transaction.row(Statement("breach", "write", text), new=uuid.uuid4().hex)
        assert row is not None, "the demo has nothing to break"
        count, examples = await counted(transaction, whole)
        found.append(Found(row["id"], examples, count, before))
        raise Undo

    with pytest.raises(Undo):
        await database.unit(work)
    return found[-1]


@pytest.mark.parametrize("name", [rules.invariants[0].name for rules in STRUCTURAL])
async def test_a_structural_breach_is_found(database: Database, name: str) -> None:
    found = await breach(database, name, breakages.STRUCTURAL[name])
    assert found.count > found.before
    assert any(one.split()[0] == found.id or one == found.id for one in found.examples), found


@pytest.mark.parametrize("name", breakages.DERIVED)
async def test_a_breach_of_the_model_is_found(database: Database, name: str) -> None:
    found = await breach(database, name, breakages.DERIVED[name])
    assert found.count == found.before + 1
    assert found.id in found.examples


async def test_the_checks_of_the_model_name_every_property_of_every_kind() -> None:
    names = set(_BY_NAME)
    owners = [(kind.label, kind.properties) for kind in derived.LABELS]
    owners += [(kind.name, kind.properties) for kind in derived.KINDS]
    for owner, properties in owners:
        for one in properties:
            assert f"{owner}.{one.name}:type" in names
            assert (f"{owner}.{one.name}:present" in names) is one.required
            if one.one_of or one.max_length or one.minimum is not None or one.type is PropertyType.DATETIME:
                assert f"{owner}.{one.name}:value" in names
        assert f"{owner}:properties" in names


@pytest.mark.parametrize("rules", dict.fromkeys(_BY_NAME.values()), ids=lambda one: one.statement.name)
async def test_ranges_are_read_from_the_index_of_ids(database: Database, rules: Rules) -> None:
    parameters: dict[str, Any] = dict.fromkeys(re.findall(r"\$(\w+)", rules.statement.text), "")
    summary = await database.summary(f"EXPLAIN {rules.statement.text}", **parameters | {"examples": 1})
    assert summary.query_type == "r"
    assert summary.plan is not None
    scans = {"AllNodesScan", "NodeByLabelScan", "CartesianProduct", "UnionNodeByLabelsScan"}
    if rules.label is not None:
        assert not set(operators(summary.plan)) & scans


async def test_a_report_counts_what_it_looked_at(database: Database) -> None:
    report: Report = await check(database, examples=2)
    assert report.invariants == len(_BY_NAME)
    assert report.size.nodes > 1_000
    assert all(len(one.examples) <= 2 for one in report.violations)
