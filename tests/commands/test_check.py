"""`check` on an embedded database that runs and on one that NEO4J_URI names."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from commands.home import migrated
from datasets.demo import demo
from datasets.importer import import_offline
from graph.database import Address, Database
from graph.embedded import Silent, embedded
from graph.statements import Statement
from tests.commands.command import run
from tests.embedded.conftest import small


def change(address: Address, text: str) -> None:
    """Runs an ad-hoc write."""

    async def work() -> None:
        database = Database(address)
        await database.rows(Statement("change", "write", text))
        await database.close()

    asyncio.run(work())


@pytest.mark.timeout(600)
def test_the_demo_is_sound_and_a_breach_is_told(tmp_path: Path) -> None:
    data_dir, found = tmp_path / "data", tmp_path / "found.json"
    import_offline(demo(0.02), small(data_dir / "neo4j"))
    with embedded(small(data_dir / "neo4j")) as server:
        address = Address(server.uri, server.username, server.password)
        migrated(address, Silent())
        routed = address.uri.replace("bolt://", "neo4j://")
        external = {"NEO4J_URI": routed, "NEO4J_USERNAME": address.username, "NEO4J_PASSWORD": address.password}
        status, output = run("check", "--json", str(found), **external)
        assert status == 0, output
        assert "the graph is sound: " in output
        sound = json.loads(found.read_text())
        assert sound["sound"] is True
        assert sound["violations"] == []
        assert f"{sound['invariants']:,} invariants over {sound['nodes']:,} nodes" in output
        change(address, "MATCH (p:Product) SET p.reviewCount = p.reviewCount + 1, p.colour = 'red'")
        # As under a service: the command finds the database that runs.
        status, output = run("check", "--data-dir", str(data_dir), "--limit", "2", "--json", str(found))
        assert status == 1
    assert "Traceback" not in output
    told = json.loads(found.read_text())
    assert told["sound"] is False
    by_name = {one["invariant"]: one for one in told["violations"]}
    assert by_name.keys() == {"Product:properties", "product_review_count"}
    for one in by_name.values():
        assert one["count"] > 2
        assert len(one["examples"]) == 2
        assert all(example.startswith("product_") and example in output for example in one["examples"])
    assert f"2 of {told['invariants']:,} invariants" in output


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    status, output = run("check", "--data-dir", str(tmp_path), NEO4J_URI="bolt://127.0.0.1:1")
    assert status == 1
    assert "NEO4J_URI: nothing answers at bolt://127.0.0.1:1" in output
