"""Migrations: applied once whoever starts, recorded with checksum, refused when they no longer fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, embedded
from graph.errors import Conflict
from graph.migrations import all_migrations, migrate, pending
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A server of its own, with nothing in it."""
    data_dir: Path = tmp_path_factory.mktemp("empty")
    config = EmbeddedConfig(
        data_dir=data_dir, train_startup_cache=False, extra_jvm_options=("-XX:TieredStopAtLevel=1",)
    )
    with embedded(config) as server:
        yield Address(server.uri, server.username, server.password)


@pytest.fixture
async def doors(empty: Address) -> AsyncIterator[list[Database]]:
    opened = [Database(empty, timeout_s=60) for _ in range(4)]
    yield opened
    for one in opened:
        await one.close()


async def test_several_apps_start_at_once(doors: list[Database]) -> None:
    versions = [one.version for one in all_migrations()]
    assert [one.version for one in await pending(doors[0])] == versions
    await asyncio.gather(*(migrate(door, now=NOW) for door in doors))
    assert await pending(doors[0]) == []
    recorded = await cypher(doors[0], "MATCH (m:Migration) RETURN m.version AS version ORDER BY version")
    assert [row["version"] for row in recorded] == versions
    states = await doors[0].command("SHOW INDEXES YIELD name, state, type WHERE state <> 'ONLINE' RETURN name")
    assert states == []
    names = {row["name"] for row in await doors[0].command("SHOW INDEXES YIELD name")}
    assert {"note_author_published", "follows_to_at", "note_text", "embeddingspace_slot"} <= names
    assert not {"note_embedding", "product_embedding"} & names
    assert await migrate(doors[1], now=NOW) == []


async def test_full_text_finds_chinese_and_english(doors: list[Database]) -> None:
    await migrate(doors[0], now=NOW)
    await cypher(
        doors[0],
        "CREATE (:Note {id: 'note_a', title: '清爽防晒霜', text: '通勤SPF50也不泛白'}), "
        "(:Note {id: 'note_b', title: 'A light sunscreen', text: 'no white cast'})",
    )
    await doors[0].command("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    for text, found in (("防晒", "note_a"), ("sunscreen", "note_b"), ("SPF50", "note_a")):
        rows = await cypher(
            doors[0], "CALL db.index.fulltext.queryNodes('note_text', $text) YIELD node RETURN node.id AS id", text=text
        )
        assert [row["id"] for row in rows] == [found]


async def test_a_changed_or_newer_migration_is_refused(doors: list[Database]) -> None:
    await migrate(doors[0], now=NOW)
    await cypher(doors[0], "MATCH (m:Migration {version: 1}) SET m.kept = m.checksum, m.checksum = 'other'")
    with pytest.raises(Conflict, match="migration 1 was changed"):
        await migrate(doors[0], now=NOW)
    await cypher(doors[0], "MATCH (m:Migration {version: 1}) SET m.checksum = m.kept REMOVE m.kept")
    await cypher(doors[0], "CREATE (:Migration {version: 9999, name: 'later', checksum: 'x'})")
    with pytest.raises(Conflict, match="migration 9999, which is newer"):
        await pending(doors[0])
    await cypher(doors[0], "MATCH (m:Migration {version: 9999}) DELETE m")
