"""The graph as Parquet for analysis: what is open, run by run, read by DuckDB, polars and pyarrow in one line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.behaviour import Names
from datasets.lake import Run, export_lake, last_run, merge_runs
from datasets.lake.export import open_kinds, schemas
from datasets.lake.folder import ALWAYS, EVENTS, begun, files_in, move_in, runs_of, write_manifest
from graph.console.allowed import CLOSED_TYPES, OPEN_LABELS
from graph.database import Database
from graph.errors import Conflict, Invalid, NotFound
from graph.model import NodeKind
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_NAMES = Names(b"a secret of thirty-two characters" * 2, with_ids=False)
_DRAW = """
MATCH (u:User {private: false})-[:POSTED]->(open:Note {audience: 'everyone', state: 'published'}) WITH u, open LIMIT 1
CREATE (u)-[:POSTED {at: $at}]->(few:Note {
  id: 'note_lake_few', kind: 'text', title: 't', text: 'for few', language: 'zh', state: 'published',
  audience: 'followers', authorId: u.id, categoryId: open.categoryId, createdAt: $at, publishedAt: $at})
CREATE (u)-[:WROTE {at: $at}]->(c:Comment {
  id: 'comment_lake', text: 'on it', state: 'published', noteId: 'note_lake_few', createdAt: $at})-[:ON]->(few)
SET open.editedAt = $at
RETURN open.id AS id"""
_PULL = "MATCH (n:Note|Comment) WHERE n.id IN ['note_lake_few', 'comment_lake'] DETACH DELETE n RETURN 1"


def asked(query: str) -> list[tuple[Any, ...]]:
    """What DuckDB answers."""
    found = duckdb.sql(query)
    assert found is not None, "a question gives rows"
    return found.fetchall()


async def test_runs(database: Database, tmp_path: Path) -> None:
    folder, now = tmp_path / "lake", datetime.now(UTC)
    first = await export_lake(database, folder, names=_NAMES, since=ALWAYS, until=now, progress=None)
    notes = await cypher(
        database,
        "MATCH (u:User)-[:POSTED]->(n:Note {state: 'published', audience: 'everyone'}) WHERE NOT u.private "
        "RETURN count(n) AS n",
    )
    follows = await cypher(database, "MATCH (:User)-[r:FOLLOWS]->(:User) RETURN count(r) AS n")
    assert first.rows["Note"] == notes[0]["n"] > 100
    assert first.rows["User_FOLLOWS_User"] == follows[0]["n"]
    assert first.rows["events"] > 1_000
    # One line each.
    assert asked(f"SELECT count(*) FROM '{folder}/nodes/Note/*.parquet'") == [(first.rows["Note"],)]
    people = polars.scan_parquet(folder / "nodes/User/*.parquet").select(polars.len()).collect().item()
    assert people == first.rows["User"] >= 200
    assert pq.read_table(folder / "relationships/User_FOLLOWS_User").num_rows == first.rows["User_FOLLOWS_User"]
    top = asked(
        f"SELECT u.handle, count(*) AS likes FROM '{folder}/relationships/User_LIKES_Note/*.parquet' l "
        f"JOIN '{folder}/nodes/Note/*.parquet' n ON l.\"end\" = n.id JOIN '{folder}/nodes/User/*.parquet' u "
        "ON n.authorId = u.id GROUP BY u.handle ORDER BY likes DESC LIMIT 3"
    )
    assert len(top) == 3
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["runs"][0]["rows"] == first.rows
    assert manifest["schema"]["Note"]["publishedAt"] == "timestamp[ms, tz=UTC]"
    assert not (folder / ".run").exists()

    at = now + timedelta(seconds=5)
    (row,) = await cypher(database, _DRAW, at=at)
    try:
        again = await export_lake(database, folder, names=_NAMES, since=first.until, until=now + timedelta(seconds=10))
    finally:
        await cypher(database, _PULL)
        await cypher(database, "MATCH (n:Note {id: $id}) REMOVE n.editedAt RETURN 1", id=row["id"])
    assert last_run(folder) == again
    changed = polars.read_parquet(folder / f"nodes/Note/{again.name}.parquet")
    assert changed["id"].to_list() == [row["id"]]
    assert (again.rows["User"], again.rows["Comment"]) == (0, 0)
    # What has no rows has no file in the run, and one from which every kind can be read all the same.
    assert not (folder / f"nodes/User/{again.name}.parquet").exists()
    empty = [path for path in files_in(folder) if pq.read_metadata(path).num_rows == 0]
    assert {first.rows[path.parent.name] for path in empty} == {0}
    assert {path.parent.name for path in files_in(folder)} == set(manifest["schema"]) == set(again.rows)
    assert sorted([*first.files, *again.files]) == sorted(str(path.relative_to(folder)) for path in files_in(folder))
    # The newest version of each is one more line.
    newest = asked(
        f"SELECT count(*) FROM (SELECT * FROM read_parquet('{folder}/nodes/Note/*.parquet', filename=true) "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY filename DESC) = 1)"
    )
    assert newest == [(first.rows["Note"],)]
    with pytest.raises(Conflict, match="holds the run"):
        await export_lake(database, folder, names=_NAMES, since=ALWAYS, until=again.until)

    merged = merge_runs(folder)
    assert (last_run(folder), merged.since, merged.until) == (merged, first.since, again.until)
    assert asked(f"SELECT count(*) FROM '{folder}/nodes/Note/*.parquet'") == [(first.rows["Note"],)]
    line = polars.read_parquet(folder / "nodes/Note/*.parquet").filter(polars.col("id") == row["id"])
    assert line["editedAt"].to_list() == changed["editedAt"].to_list()
    assert dict(merged.rows) == {kind: number if number else again.rows[kind] for kind, number in first.rows.items()}
    assert len(merged.files) == len(merged.rows) == len(list(files_in(folder)))


def scan(folder: Path, kind: str) -> dict[str, str]:
    """The name on the newest line of each id, as DuckDB and polars read it."""
    newest = asked(
        f"SELECT id, name FROM read_parquet('{folder}/nodes/{kind}/*.parquet', filename=true) "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY filename DESC) = 1"
    )
    lines = polars.scan_parquet(folder / f"nodes/{kind}/*.parquet", include_file_paths="file").sort("file")
    found = lines.unique("id", keep="last").select("id", "name").collect()
    assert dict(found.rows()) == dict(newest)
    return dict(newest)


def written(folder: Path, day: int, *, whole: bool = False, **kinds: list[dict[str, Any]]) -> None:
    """Adds a run of these rows by kind; a kind with none gets a file only where it has no other."""
    before, part, name = runs_of(folder), begun(folder), f"202601{day:02}T000000Z"
    known = {kind.name: kind for kind in open_kinds()}
    for kind, rows in kinds.items():
        place = EVENTS if kind == EVENTS else f"{'nodes' if known[kind].is_node else 'relationships'}/{kind}"
        if rows or not any((folder / place).glob("*.parquet")):
            (part / place).mkdir(parents=True)
            table = pa.Table.from_pylist(rows, schemas()[kind])
            pq.write_table(table, part / place / f"{name}{'-00000' if kind == EVENTS else ''}.parquet")
    since = ALWAYS if whole else before[-1].until
    rows_of = {kind: len(rows) for kind, rows in kinds.items()}
    run = Run(name, since, datetime(2026, 1, day, tzinfo=UTC), rows_of, move_in(part, folder))
    write_manifest(folder, [*before, run], schemas())


def topics(**named: str) -> list[dict[str, Any]]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [{"id": f"topic_{key}", "name": name, "createdAt": at} for key, name in named.items()]


def categories(*keys: str) -> list[dict[str, Any]]:
    return [{"id": f"category_{key}", "slug": key, "name": key, "position": 1} for key in keys]


def events(*numbers: int) -> list[dict[str, Any]]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    known = {"user_id": "user_x", "kind": "view", "subject_id": "note_x", "at": at, "received_at": at}
    return [{"event_id": f"event_{number}", **known} for number in numbers]


def follows(*pairs: str) -> list[dict[str, Any]]:
    return [{"start": pair[0], "end": pair[1], "at": datetime(2026, 1, 1, tzinfo=UTC), "to": pair[1]} for pair in pairs]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three runs, the first of all there was; a topic changed twice, a category went, there are no stores."""
    folder = tmp_path / "small"
    written(
        folder, 1, whole=True, Topic=topics(a="a1", b="b1", c="c1"), Category=categories("x", "y"), Store=[],
        User_FOLLOWS_Topic=follows("ua", "ub"), events=events(1, 2),
    )  # fmt: skip
    written(
        folder, 2, Topic=topics(b="b2", d="d2"), Category=categories("x", "y"), Store=[],
        User_FOLLOWS_Topic=follows("ub", "va"), events=events(3),
    )  # fmt: skip
    written(folder, 3, Topic=topics(b="b3"), Category=categories("y"), Store=[], User_FOLLOWS_Topic=[], events=[])
    return folder


_NEWEST = {"topic_a": "a1", "topic_b": "b3", "topic_c": "c1", "topic_d": "d2"}
_MERGED = {"Topic": 4, "Category": 1, "Store": 0, "User_FOLLOWS_Topic": 3, "events": 3}


def test_merged_are_the_newest_of_each_row(small: Path) -> None:
    merged = merge_runs(small)
    assert (merged.name, merged.since, dict(merged.rows)) == ("20260103T000000Z", ALWAYS, _MERGED)
    assert scan(small, "Topic") == _NEWEST
    assert scan(small, "Category") == {"category_y": "y"}
    assert asked(f"SELECT count(*) FROM '{small}/nodes/Store/*.parquet'") == [(0,)]
    assert asked(f"SELECT count(*), count(DISTINCT event_id) FROM '{small}/events/*.parquet'") == [(3, 3)]
    pairs = polars.read_parquet(small / "relationships/User_FOLLOWS_Topic/*.parquet").select("start", "end").rows()
    assert sorted(pairs) == [("u", "a"), ("u", "b"), ("v", "a")]
    before = {path: path.stat().st_mtime_ns for path in files_in(small)}
    assert len(before) == 5
    assert merge_runs(small) == merged == last_run(small)
    assert {path: path.stat().st_mtime_ns for path in files_in(small)} == before


def test_a_whole_run_stands_for_what_came_before_it(small: Path) -> None:
    written(small, 4, whole=True, Topic=topics(a="a4"), Category=[], Store=[], User_FOLLOWS_Topic=[], events=events(2))
    written(small, 5, Topic=topics(e="e5"), Category=[], Store=[], User_FOLLOWS_Topic=follows("ua"), events=[])
    merged = merge_runs(small)
    assert (merged.since, dict(merged.rows)) == (
        ALWAYS,
        {"Topic": 2, "Category": 0, "Store": 0, "User_FOLLOWS_Topic": 1, "events": 1},
    )
    assert scan(small, "Topic") == {"topic_a": "a4", "topic_e": "e5"}
    assert scan(small, "Category") == {}


def test_a_column_that_came_later_is_empty_in_what_was_before(small: Path) -> None:
    old = small / "nodes/Topic/20260101T000000Z.parquet"
    pq.write_table(pq.read_table(old).drop_columns("createdAt"), old)
    merge_runs(small)
    times = dict(polars.read_parquet(small / "nodes/Topic/*.parquet").select("id", "createdAt").rows())
    assert (times["topic_a"], times["topic_b"]) == (None, datetime(2026, 1, 1, tzinfo=UTC))


def test_all_can_be_read_at_every_moment_of_a_merge(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each move and removal; and when it ends there, the next goes on to the same end."""
    moments = 0
    for ends_at in range(1, 100):
        folder = small.with_name(f"broken-{ends_at}")
        shutil.copytree(small, folder)
        moments = 0

        def after(act: Callable[..., Any], folder: Path = folder, ends_at: int = ends_at) -> Callable[..., Any]:
            def acted(path: Path, *to: Path) -> Any:
                nonlocal moments
                done = act(path, *to)
                if folder in path.parents:
                    moments += 1
                    assert scan(folder, "Topic") == _NEWEST
                    assert "category_y" in scan(folder, "Category")
                    assert asked(f"SELECT count(DISTINCT event_id) FROM '{folder}/events/*.parquet'") == [(3,)]
                    if moments == ends_at:
                        raise KeyboardInterrupt
                return done

            return acted

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", after(Path.replace))
            patched.setattr(Path, "unlink", after(Path.unlink))
            with suppress(KeyboardInterrupt):
                merge_runs(folder)
        whole = moments < ends_at
        assert dict(merge_runs(folder).rows) == _MERGED
        assert scan(folder, "Topic") == _NEWEST
        assert len(list(files_in(folder))) == 5
        if whole:
            break
    assert moments > 8


def test_a_folder_without_runs_cannot_be_merged(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="holds no export"):
        merge_runs(tmp_path)


async def test_other_folders_are_left_alone(database: Database, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Conflict, match="something else"):
        await export_lake(database, tmp_path, names=_NAMES, since=ALWAYS, until=datetime.now(UTC))
    assert os.listdir(tmp_path) == ["mine.txt"]
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(Invalid):
        last_run(tmp_path)


def test_only_what_is_open_is_exported() -> None:
    for kind in open_kinds():
        model = kind.model
        if isinstance(model, NodeKind):
            assert model.label in OPEN_LABELS
        else:
            assert model.type not in CLOSED_TYPES
            assert {model.start, model.end} <= OPEN_LABELS
