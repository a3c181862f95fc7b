"""Datasets in a real Neo4j, offline and online, whole after any interruption."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datasets.importer import has_database, import_dataset, import_offline, import_online, settle
from datasets.interchange import InvalidDataset, export_graph, open_folder, validate, write_folder
from datasets.tables import Dataset, Table
from graph import bulk
from graph.database import Address, Database
from graph.embedded import AdminFailed, EmbeddedConfig, EmbeddedServer, embedded
from graph.embedded.state import held_idle
from graph.errors import Conflict, NotFound
from graph.migrations import migrate
from graph.model import NODES, RELATIONSHIP_BY_NAME, RELATIONSHIPS
from tests.datasets.interchange_samples import NOW_MS, Sample, node_id

NOW = datetime(2025, 6, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SIZE = 30


def config_of(data_dir: Path) -> EmbeddedConfig:
    return EmbeddedConfig(
        data_dir=data_dir, heap_initial_mib=256, heap_max_mib=512, page_cache_mib=64, train_startup_cache=False
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server whose database came from the offline import of the sample."""
    config = config_of(tmp_path_factory.mktemp("import"))
    assert not has_database(config)
    summary = import_offline(Sample(SIZE, batch=7), config)
    assert summary.path == "offline"
    assert (summary.nodes, summary.relationships) == (SIZE * len(NODES), SIZE * len(RELATIONSHIPS))
    assert has_database(config)
    with pytest.raises(Conflict, match="holds a database already"):
        import_offline(Sample(SIZE), config)
    with embedded(config) as running:
        yield running


@pytest.fixture
async def graph(server: EmbeddedServer) -> AsyncIterator[Database]:
    """The door to it, with whatever the test before left in it."""
    db = Database(Address(server.uri, server.username, server.password), timeout_s=60)
    await migrate(db, now=NOW)
    yield db
    await db.close()


@pytest.fixture
async def empty(graph: Database) -> Database:
    """The door to a graph with nothing but the schema."""
    await graph.command("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    return graph


async def in_graph(db: Database, folder: Path) -> dict[str, list[str]]:
    """What an export holds, by kind, in an order of its own."""
    await export_graph(db, folder, name="again", now=NOW)
    opened = open_folder(folder)
    validate(opened)
    return as_rows(opened)


def as_rows(dataset: Dataset) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for table in dataset.tables():
        values = [list(column) for column in table.columns.values()]
        rows.setdefault(table.name, []).extend(
            str(dict(zip(table.columns, row, strict=True))) for row in zip(*values, strict=True)
        )
    return {kind: sorted(found) for kind, found in rows.items()}


class Only:
    """Some kinds of a dataset, with some columns changed."""

    def __init__(self, dataset: Dataset, *kinds: str, **changes: Any) -> None:
        self.name, self._dataset, self._kinds, self._changes = "some", dataset, kinds, changes

    def tables(self) -> Iterator[Table]:
        for table in self._dataset.tables():
            if table.name in self._kinds:
                yield Table(table.name, {**table.columns, **self._changes}, table.rows)


async def test_offline_import_brings_everything(graph: Database, tmp_path: Path) -> None:
    assert await in_graph(graph, tmp_path) == as_rows(Sample(SIZE))


async def test_online_import_brings_everything(empty: Database, tmp_path: Path) -> None:
    summary = await import_dataset(Sample(SIZE), empty)
    expected = ("online", SIZE * len(NODES), SIZE * len(RELATIONSHIPS))
    assert (summary.path, summary.nodes, summary.relationships) == expected
    assert await in_graph(empty, tmp_path / "x") == as_rows(Sample(SIZE))
    [types] = await empty.command("MATCH (n:Note) RETURN collect(DISTINCT valueType(n.createdAt)) AS found")
    assert types["found"] == ["ZONED DATETIME NOT NULL"]


async def test_a_folder_is_a_dataset(empty: Database, tmp_path: Path) -> None:
    write_folder(Sample(5), tmp_path / "in", now=NOW, file_format="csv")
    summary = await import_online(open_folder(tmp_path / "in"), empty)
    assert summary.rows["User"] == 5
    assert await in_graph(empty, tmp_path / "out") == as_rows(Sample(5))


async def test_importing_again_changes_nothing(empty: Database, tmp_path: Path) -> None:
    await import_online(Sample(5), empty)
    await import_online(Sample(5), empty)
    assert await in_graph(empty, tmp_path) == as_rows(Sample(5))


async def test_an_interrupted_import_goes_on_where_it_was(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = bulk.write_step, list[bulk.Step]()

    async def write_some(db: Database, step: bulk.Step, *, now: datetime) -> None:
        if len(written) == 37:
            raise KeyboardInterrupt
        written.append(step)
        await write(db, step, now=now)

    monkeypatch.setattr(bulk, "write_step", write_some)
    with pytest.raises(KeyboardInterrupt):
        await import_online(Sample(SIZE, batch=10), empty)
    monkeypatch.undo()
    summary = await import_online(Sample(SIZE, batch=10), empty)
    assert summary.nodes + summary.relationships == SIZE * (len(NODES) + len(RELATIONSHIPS)) - 370
    assert await in_graph(empty, tmp_path) == as_rows(Sample(SIZE))


async def test_a_killed_import_neither_loses_nor_repeats(
    empty: Database, server: EmbeddedServer, tmp_path: Path
) -> None:
    command = ["online", server.uri, server.password, "300"]
    kill_when(command, lambda line, step: "Importing" in step and line.startswith("at ") and int(line[3:]) > 4_000)
    assert not await bulk.is_empty(empty)
    summary = await import_online(Sample(300, batch=100), empty)
    whole = 300 * (len(NODES) + len(RELATIONSHIPS))
    assert 0 < sum(summary.rows.values()) < whole - 3_500
    assert await in_graph(empty, tmp_path) == as_rows(Sample(300))


async def test_a_step_is_written_once(empty: Database) -> None:
    await import_online(Only(Sample(3), "User", "Note"), empty)
    await bulk.begin_import(empty, import_id="import_x", name="x", now=NOW)
    likes = RELATIONSHIP_BY_NAME["User_LIKES_Note"]
    to = node_id("note", 0)
    step = bulk.Step("import_x", likes, 0, [[node_id("user", n), to, NOW_MS, to] for n in range(3)])
    for _ in range(2):
        await bulk.write_step(empty, step, now=NOW)
    [found] = await empty.command("MATCH ()-[e:LIKES]->() RETURN count(e) AS likes")
    assert found["likes"] == 3
    with pytest.raises(Conflict, match="another process"):
        await bulk.write_step(empty, bulk.Step("import_x", likes, 7, step.rows), now=NOW)
    lost = bulk.Step("import_x", likes, 3, [[node_id("user", 9), to, NOW_MS, to]])
    with pytest.raises(NotFound):
        await bulk.write_step(empty, lost, now=NOW)
    assert await bulk.begin_import(empty, import_id="import_x", name="x", now=NOW) == {likes.name: 3}


async def test_ends_may_be_in_the_graph(empty: Database) -> None:
    await import_online(Only(Sample(5), "User"), empty)
    await import_online(Only(Sample(5), "User_FOLLOWS_User"), empty)
    [found] = await empty.command("MATCH (:User)-[e:FOLLOWS]->(:User) RETURN count(e) AS follows")
    assert found["follows"] == 5


async def test_nothing_is_written_when_an_end_is_nowhere(empty: Database) -> None:
    await import_online(Only(Sample(3), "User"), empty)
    with pytest.raises(InvalidDataset) as error:
        await import_online(Only(Sample(5), "Note", "User_LIKES_Note"), empty)
    assert [str(one) for one in error.value.problems] == [
        f"table User_LIKES_Note, row {n + 1}, column start: '{node_id('user', n)}' leads nowhere: "
        "no User in the files or the graph has this id"
        for n in (3, 4)
    ]
    [found] = await empty.command("MATCH (n:Note) RETURN count(n) AS notes")
    assert found["notes"] == 0


async def test_a_unique_value_of_another_node_is_told(empty: Database) -> None:
    await import_online(Only(Sample(1), "Topic"), empty)
    other = Only(Sample(1), "Topic", id=[node_id("topic", 7)])
    with pytest.raises(InvalidDataset, match=f"'name-0' belongs to {node_id('topic', 0)} in the graph"):
        await import_online(other, empty)


async def test_every_composed_statement_finds_its_nodes_by_index(graph: Database) -> None:
    for statement in bulk.composed():
        summary = await graph.summary(
            "EXPLAIN " + statement.text,
            rows=[], ids=[], pairs=[], after="", last="", limit=1,
        )  # fmt: skip
        assert summary.query_type == ("r" if statement.mode == "read" else "rw"), statement.name
        operators = list(operators_of(summary.plan))
        # Two ends found by their unique ids multiply to one row, so their product is no fault.
        wrong = {"AllNodesScan", "NodeByLabelScan", "DirectedRelationshipTypeScan"} & set(operators)
        assert not wrong, f"{statement.name}: {wrong}"


def operators_of(plan: Any) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", ()):
        yield from operators_of(child)


def test_a_killed_offline_import_leaves_no_database(tmp_path: Path) -> None:
    kill_when(["offline", str(tmp_path), "200"], lambda line, step: "elationship" in step)
    config = config_of(tmp_path)
    assert not has_database(config)
    assert any(config.layout().imports.iterdir())
    settle(config)
    assert not any(config.layout().imports.iterdir())
    import_offline(Sample(2), config)
    assert has_database(config)


def test_a_cut_move_is_completed(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    layout = config.layout()
    layout.create()
    built = layout.imports / "bulk" / "home" / "data" / "databases" / "neo4j"
    built.mkdir(parents=True)
    (built / "store").touch()
    (layout.data / "transactions" / "neo4j").mkdir(parents=True)  # moved before the cut
    (layout.data / "databases" / "neo4j").mkdir(parents=True)  # the empty one
    (layout.imports / "bulk" / "whole").touch()
    settle(config)
    assert (layout.data / "databases" / "neo4j" / "store").exists()
    assert (layout.data / "transactions" / "neo4j").exists()
    assert not any(layout.imports.iterdir())


def test_an_import_under_way_is_not_settled(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    with held_idle(config.layout()):
        (config.layout().imports / "bulk" / "files").mkdir(parents=True)
        settle(config)
        assert (config.layout().imports / "bulk" / "files").exists()
    settle(config)
    assert not any(config.layout().imports.iterdir())


def test_faults_leave_the_data_directory_as_it_was(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    with pytest.raises(InvalidDataset):
        import_offline(Only(Sample(2), "User_FOLLOWS_User"), config)
    assert not has_database(config)
    assert not any(config.layout().imports.iterdir())


def test_a_failing_importer_leaves_the_old_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of(tmp_path)
    old = config.layout().data / "databases" / "neo4j"
    old.mkdir(parents=True)
    (old / "store").touch()

    def fail(*_: object, **__: object) -> str:
        raise AdminFailed("neo4j-admin", exit_code=1, output="no space left")

    monkeypatch.setattr("datasets.importer.offline.bulk_import", fail)
    with pytest.raises(AdminFailed):
        import_offline(Sample(2), config, replace_empty=True)
    assert (old / "store").exists()
    shutil.rmtree(old)


def kill_when(arguments: list[str], told: Any) -> None:
    """Starts an import in a process of its own and kills it at the first line for which `told(line, step)`."""
    command = [sys.executable, "-m", "tests.datasets.import_process", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        step = ""
        for line in child.stdout:
            if line.startswith("step "):
                step = line
            if told(line, step):
                os.kill(child.pid, signal.SIGKILL)
                break
        else:
            pytest.fail("the import ended before it could be killed")
