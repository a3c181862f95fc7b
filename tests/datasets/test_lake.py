"""The graph as Parquet for analysis: what is open, run by run, read by DuckDB, polars and pyarrow in one line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow.parquet as pq
import pytest

from datasets.behaviour import Names
from datasets.lake import export_lake, last_run
from datasets.lake.export import ALWAYS, open_kinds
from graph.console.allowed import CLOSED_TYPES, OPEN_LABELS
from graph.database import Database
from graph.errors import Conflict, Invalid
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
    # The newest version of each is one more line.
    newest = asked(
        f"SELECT count(*) FROM (SELECT * FROM read_parquet('{folder}/nodes/Note/*.parquet', filename=true) "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY filename DESC) = 1)"
    )
    assert newest == [(first.rows["Note"],)]
    with pytest.raises(Conflict, match="holds the run"):
        await export_lake(database, folder, names=_NAMES, since=ALWAYS, until=again.until)


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
