"""Backups and what comes back of them, with real servers: whole, refused when damaged, and never half restored."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datasets.demo import demo
from datasets.importer import import_offline
from graph import embeddings
from graph.database import Address, Database
from graph.embedded import embedded
from graph.migrations import migrate
from graph.rules.spaces import Space
from graph.statements import Statement
from tests.commands.command import begin, run
from tests.embedded.conftest import small

pytestmark = pytest.mark.timeout(900)
_OWN = """
MATCH (note:Note) WITH note ORDER BY note.id LIMIT 1
MATCH (user:User {id: note.authorId})
CREATE (user)-[:HAS_ACCOUNT]->(account:Account {
  id: 'account_1', email: 'sealed', emailKey: 'key', passwordHash: 'sealed', passwordVersion: 1, roles: ['moderator'],
  failedSignIns: 0, createdAt: $now})
CREATE (account)-[:HAS_SESSION]->(:Session {id: 'session_1', generation: 0, createdAt: $now, expiresAt: $now})
CREATE (user)-[:RECEIVED]->(told:Notification {
  id: 'notification_1', kind: 'followed', recipientId: user.id, createdAt: $now})-[:FROM]->(user)
CREATE (told)-[:ABOUT]->(note)
RETURN note.title AS title"""
_CONTENT = """
MATCH (n) WHERE NOT n:Migration AND NOT n:Import AND NOT n:EmbeddingSpace
WITH n, properties(n) AS held
RETURN count(*) AS nodes, sum(COUNT { (n)-->() }) AS relationships, sum(size(keys(held))) AS properties,
  sum(size(coalesce(n.text, n.name, n.handle, ''))) AS letters, collect(n.roles) AS roles"""
_SCHEMA = "SHOW INDEXES YIELD name, type, state, entityType, labelsOrTypes, properties RETURN * ORDER BY name"
_CONSTRAINTS = "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN * ORDER BY name"
_SPACE = Space("model", "runtime", 3)
_VECTOR = [1.0, 2.0, 3.0]
_WORDS = "CALL db.index.fulltext.queryNodes('note_text', $title) YIELD node RETURN node.title AS title LIMIT 1"
_SECRET = "the key that seals what is private"


def ask(address: Address, text: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of an ad-hoc text that may write or show."""

    async def work() -> list[dict[str, Any]]:
        database = Database(address, timeout_s=60)
        try:
            if text.startswith("SHOW"):
                return [row.data() for row in await database.command(text)]
            return [row.data() for row in await database.rows(Statement("ask", "write", text), **parameters)]
        finally:
            await database.close()

    return asyncio.run(work())


@contextmanager
def running(data_dir: Path) -> Iterator[Address]:
    """The embedded database of a data directory, started."""
    with embedded(small(data_dir / "neo4j")) as server:
        yield Address(server.uri, server.username, server.password)


def variables(address: Address) -> dict[str, str]:
    """The settings that name the database as one that runs elsewhere."""
    return {"NEO4J_URI": address.uri, "NEO4J_USERNAME": address.username, "NEO4J_PASSWORD": address.password}


def migrated(address: Address) -> None:
    """Brings the schema up to date."""

    async def work() -> None:
        database = Database(address, timeout_s=120)
        await migrate(database, now=datetime.now(UTC))
        await database.close()

    asyncio.run(work())


async def give_a_vector(address: Address) -> None:
    """The first note has a vector, in a space that is active."""
    database, now = Database(address, timeout_s=120), datetime.now(UTC)
    await embeddings.begin_space(database, space=_SPACE, source="model", now=now)
    notes = await embeddings.texts(database, space=_SPACE, label="Note", batch=1)
    await embeddings.keep_vectors(database, space=_SPACE, texts=notes, vectors=[_VECTOR], now=now)
    await embeddings.activate_space(database, space=_SPACE, now=now)
    await database.close()


async def nearest(address: Address) -> list[str]:
    """The id of the note that the vector finds; none where no space came along."""
    database = Database(address, timeout_s=120)
    try:
        if await embeddings.active_space(database) is None:
            return []
        found = await embeddings.nearest(database, space=_SPACE, label="Note", vector=_VECTOR, count=1)
        return [one.id for one in found]
    finally:
        await database.close()


class Home:
    """A data directory with a small community, uploads and a secret; what it holds is known."""

    def __init__(self, root: Path) -> None:
        self.data_dir = root / "data"
        self.backup = root / "backup"
        self.data_dir.mkdir()
        (self.data_dir / "secret.key").write_text(_SECRET)
        picture = self.data_dir / "media" / "ab" / "abcd.webp"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"a picture" * 1000)
        (picture.parent / ".upload").write_bytes(b"half a picture")
        import_offline(demo(0.02), small(self.data_dir / "neo4j"))
        with running(self.data_dir) as address:
            migrated(address)
            asyncio.run(give_a_vector(address))
            self.nearest = asyncio.run(nearest(address))
            assert len(self.nearest) == 1
            self.title = ask(address, _OWN, now=datetime(2026, 1, 1, tzinfo=UTC))[0]["title"]
            self.content = ask(address, _CONTENT)
            self.schema = (ask(address, _SCHEMA), ask(address, _CONSTRAINTS))
        self.size = f"{self.content[0]['nodes']:,} nodes and {self.content[0]['relationships']:,} relationships"

    def is_in(self, data_dir: Path, address: Address, *, vectors: bool = True) -> None:
        """Asserts that a data directory, whose database runs, holds the same, searchable."""
        found = ask(address, _CONTENT)
        indexes, constraints = self.schema
        if not vectors:
            found[0]["properties"] += 2
            indexes = [one for one in indexes if _SPACE.key not in one["name"]]
        assert found == self.content
        assert (ask(address, _SCHEMA), ask(address, _CONSTRAINTS)) == (indexes, constraints)
        assert asyncio.run(nearest(address)) == (self.nearest if vectors else [])
        words = " ".join(part for part in self.title.replace("｜", " ").split() if part.isalnum())
        assert len(ask(address, _WORDS, title=words)) == 1
        assert (data_dir / "media" / "ab" / "abcd.webp").read_bytes() == b"a picture" * 1000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The community, and its dump made by the command."""
    made = Home(tmp_path_factory.mktemp("backup"))
    status, output = run("db", "backup", str(made.backup), "--data-dir", str(made.data_dir))
    assert status == 0, output
    assert f"dump of {made.size}, 1 media files" in output
    assert "the backup does not hold it" in output
    return made


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file but those that tell who looks at them."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "run")
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def test_a_backup_holds_the_database_and_media_and_no_secret(home: Home) -> None:
    files = {path.relative_to(home.backup).as_posix() for path in home.backup.rglob("*") if path.is_file()}
    assert files == {"backup.json", "neo4j.dump", "media/ab/abcd.webp"}
    told = json.loads((home.backup / "backup.json").read_text())
    assert (told["format"], told["kind"], told["media"]) == (1, "dump", 1)
    assert told["nodes"] == home.content[0]["nodes"]
    assert {one["path"] for one in told["files"]} == files - {"backup.json"}
    assert told["migrations"][0].keys() == {"version", "name", "checksum"}
    copied, original = home.backup / "media/ab/abcd.webp", home.data_dir / "media/ab/abcd.webp"
    assert copied.stat().st_ino != original.stat().st_ino
    assert home.backup.stat().st_mode & 0o077 == 0
    password = (home.data_dir / "neo4j" / "conf" / "password").read_bytes().strip()
    for name in files:
        content = (home.backup / name).read_bytes()
        assert password not in content
        assert _SECRET.encode() not in content
    assert not [one for one in home.backup.parent.iterdir() if one.name.endswith(".part")]
    status, output = run("db", "backup", str(home.backup), "--data-dir", str(home.data_dir))
    assert status == 1
    assert "is there already: name a new folder" in output


def test_a_dump_comes_back_whole_and_replaces_only_when_told(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "other"
    status, output = run("db", "restore", str(home.backup), "--data-dir", str(target))
    assert status == 0, output
    assert home.size in output
    assert "in place of" not in output
    with running(target) as address:
        home.is_in(target, address)
        ask(address, "MATCH (n:Note) DETACH DELETE n")
    changed = snapshot(target)
    status, output = run("db", "restore", str(home.backup), "--data-dir", str(target))
    assert status == 1
    assert "--yes replaces it" in output
    assert snapshot(target) == changed
    status, output = run("db", "restore", str(home.backup), "--yes", "--data-dir", str(target))
    assert status == 0, output
    assert "in place of the database that was there" in output
    with running(target) as address:
        home.is_in(target, address)


def test_a_damaged_backup_is_refused_before_anything_changes(home: Home, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(home.backup, damaged)
    content = bytearray((damaged / "neo4j.dump").read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / "neo4j.dump").write_bytes(content)
    (damaged / "media/ab/abcd.webp").unlink()
    before = snapshot(home.data_dir)
    status, output = run("db", "restore", str(damaged), "--yes", "--data-dir", str(home.data_dir))
    assert status == 1
    assert "neo4j.dump has another checksum than when it was written; media/ab/abcd.webp is missing" in output
    assert snapshot(home.data_dir) == before


def test_a_restore_killed_midway_leaves_the_old_database(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "other"
    shutil.copytree(home.data_dir, target)
    with running(target) as address:
        ask(address, "MATCH (t:Topic) DETACH DELETE t")
    process = begin("db", "restore", str(home.backup), "--yes", "--data-dir", str(target))
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Starting Neo4j"):  # the copy beside is loaded and about to be tried
            break
    process.kill()
    process.wait()
    assert (target / "neo4j" / "replacement").exists()
    status, output = run("job", "ratings", "--data-dir", str(target))
    assert status == 0, output
    assert not (target / "neo4j" / "replacement").exists()
    with running(target) as address:
        assert ask(address, "MATCH (t:Topic) RETURN count(*) AS n") == [{"n": 0}]
        assert ask(address, "MATCH (u:User) RETURN count(*) > 5 AS some") == [{"some": True}]


def test_a_running_database_is_exported_and_comes_back(home: Home, tmp_path: Path) -> None:
    online, external, target = tmp_path / "online", tmp_path / "external", tmp_path / "other"
    with running(home.data_dir) as address:
        status, output = run("db", "backup", str(online), "--data-dir", str(home.data_dir))
        assert status == 1
        assert "stop it for a dump, or pass --online for an export" in output
        assert "for process " in output
        assert not online.exists()
        status, output = run("db", "backup", str(online), "--online", "--data-dir", str(home.data_dir))
        assert status == 0, output
        assert f"export of {home.size}, 1 media files" in output
        assert "what was written meanwhile may be in it or not" in output
        status, output = run("db", "backup", str(external), "--data-dir", str(home.data_dir), **variables(address))
        assert status == 0, output
        assert json.loads((external / "backup.json").read_text())["kind"] == "export"
        status, output = run("db", "restore", str(external), "--data-dir", str(target), **variables(address))
        assert status == 1
        assert "is not empty: restore into an empty one" in output
        status, output = run("db", "restore", str(home.backup), "--data-dir", str(target), **variables(address))
        assert status == 1
        assert "neo4j-admin database load" in output
    status, output = run("db", "restore", str(online), "--data-dir", str(target))
    assert status == 0, output
    with running(target) as address:
        home.is_in(target, address, vectors=False)
    elsewhere = tmp_path / "elsewhere"
    with running(elsewhere) as address:
        status, output = run("db", "restore", str(external), "--data-dir", str(elsewhere), **variables(address))
        assert status == 0, output
        (topic,) = ask(
            address, "MATCH (t:Topic) WITH t LIMIT 1 WITH t, t.name AS name SET t.name = '' RETURN t.id, name"
        )
        status, output = run("db", "backup", str(tmp_path / "bad"), "--data-dir", str(elsewhere), **variables(address))
        assert status == 1
        assert "cannot be restored as it is" in output
        assert "Topic.parquet, row" in output
        assert (tmp_path / "bad" / "backup.json").exists()
        ask(address, "MATCH (t:Topic {name: ''}) SET t.name = $name", name=topic["name"])
    with running(elsewhere) as address:
        home.is_in(elsewhere, address, vectors=False)
