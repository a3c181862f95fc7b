"""Every statement parses, is of its mode, and never walks a whole label or crosses two sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.database import Database
from graph.statements import Statement, load

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
_PARAMETER = re.compile(r"\$(\w+)")
_FORBIDDEN = ("AllNodesScan", "CartesianProduct")
# Modules that speak to a server of their own.
_OTHER_DOORS = {
    "graph/embedded/startup_cache.py": "warms a scratch server that holds no graph",
    "graph/console/reading.py": "asks what people wrote themselves, on connections of its own, behind its guard",
    "commands/serve.py": "runs the web server, no statement",
}
# Statements that may scan a label, and why.
_SCANS = {
    "any_user": "reads the label's stored count",
    "book_keeping_alone": "one node for each migration, import and vector space; only `check` asks",
    **dict.fromkeys(
        ("acts_on_products", "acts_on_notes", "acts_of_people", "buyers", "purchases"),
        "only `job similarity` asks, about everybody",
    ),
    **dict.fromkeys(
        ("forget_ties", "forget_draft_ties", "forget_notes", "forget_texts", "forget_collections", "mark_replica"),
        "only `db replica` asks, of a copy",
    ),
    "topics_of_people": "only `job influence` asks, about everybody",
    "influence_acts": "only `job influence` asks, about everybody",
    "influence_network": "only `job seeding-plans` asks, about everybody",
    "awaits": "stops at the first person; one node for each import ever made; read once at a start",
}


def statements() -> list[Statement]:
    files = sorted(
        path
        for path in ROOT.glob("graph/**/*.cypher")
        if not re.match(r"\d{4}_", path.name) and path.parent.name != "canned"
    )
    return [one for path in files for one in load(path).values() if one.mode != "fragment"]


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


@pytest.mark.parametrize("statement", statements(), ids=lambda one: f"{one.source}:{one.name}")
async def test_plan(database: Database, statement: Statement) -> None:
    parameters = dict.fromkeys(_PARAMETER.findall(statement.text))
    summary = await database.summary(f"EXPLAIN {statement.text}", **parameters)
    assert summary.query_type == {"read": "r", "write": "rw"}[statement.mode] or (
        statement.mode == "write" and summary.query_type == "w"
    )
    assert summary.plan is not None
    found = set(operators(summary.plan))
    assert not found & set(_FORBIDDEN), found
    if "NodeByLabelScan" in found:
        assert statement.name in _SCANS, f"{statement.name} walks a whole label"


def test_every_statement_says_what_it_does() -> None:
    assert [one.name for one in statements() if len(one.about) < 10] == []


def test_statements_run_through_the_one_door_only() -> None:
    """Nothing but the door calls the driver."""
    call = re.compile(r"\.(?:execute_query|execute_read|execute_write)\(|(?<!asyncio)(?<!subprocess)\.run\(")
    guilty = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("[!.]*/**/*.py")
        if path.relative_to(ROOT).parts[0] not in ("tests", "bench", ".venv", "build")
        and path != ROOT / "graph" / "database.py"
        and call.search(path.read_text(encoding="utf-8"))
    }
    assert guilty == set(_OTHER_DOORS)


def test_malformed_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.cypher"
    path.write_text("RETURN 1")
    with pytest.raises(ValueError, match="expected blocks"):
        load(path)
    path.write_text("// name: a\n// mode: read\nRETURN 1;\n\n// name: a\n// mode: read\nRETURN 2;\n")
    with pytest.raises(ValueError, match="twice"):
        load(path)
