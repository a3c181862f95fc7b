"""`db replica`, with real servers: a copy without what is private, asked in place of the living graph, that may die."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.replica import FOLDER
from datasets.demo import demo
from datasets.importer import import_offline
from graph.console.allowed import CLOSED_LABELS, CLOSED_TYPES
from graph.console.formats import ENCODERS
from graph.console.reading import Question
from graph.console.refusals import Refused
from graph.database import Address, Database
from graph.embedded import EmbeddedServer, embedded
from graph.errors import Unavailable
from graph.migrations import migrate
from graph.statements import Statement
from resolvers.console import Asked, make_console
from settings import Settings
from tests.commands.command import run
from tests.embedded.conftest import small
from tests.schema.support import cypher

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(900)]
_PRIVATE = """
MATCH (u:User)-[:POSTED]->(note:Note {audience: 'everyone', state: 'published'}) WITH u, note LIMIT 1
MATCH (other:User) WHERE other <> u WITH u, note, other LIMIT 1
CREATE (u)-[:HAS_ACCOUNT]->(:Account {id: 'account_1'}), (u)-[:BLOCKS]->(other), (u)-[:OWNS]->(:Collection
  {id: 'collection_1', private: true}), (u)-[:DRAFTED]->(:Note {id: 'note_draft', state: 'draft', text: 'mine'})
SET note.audience = 'followers', note.text = 'for few'
CREATE (note)<-[:ON]-(:Comment {id: 'comment_1', state: 'published'})
RETURN note.id AS id"""
_LEFT = """
MATCH (n) WHERE any(label IN labels(n) WHERE label IN $labels)
  OR n.id IN ['note_draft', 'collection_1', 'comment_1', $note] OR n.text = 'for few'
RETURN count(n) AS nodes"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder whose stopped database holds private things, with a replica made of its dump; a note's id."""
    folder = tmp_path_factory.mktemp("replicated")
    config = small(folder / "neo4j")
    import_offline(demo(0.02), config)
    with embedded(config) as server:

        async def fill() -> str:
            database = Database(Address(server.uri, server.username, server.password), timeout_s=60)
            await migrate(database, now=datetime.now(UTC))
            (row,) = await database.rows(Statement("test", "write", _PRIVATE))
            await database.close()
            return str(row["id"])

        note = asyncio.run(fill())
    status, said = run("db", "replica", "--once", "--data-dir", str(folder), ZHONGCAO_HEAP_MB="512")
    assert status == 0, said
    found = re.search(r"([\d,]+) private things taken out", said)
    assert found
    assert int(found[1].replace(",", "")) >= 5
    return folder, note


async def _until_away(ask: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await ask()
            except Unavailable:
                return


async def test_the_copy_holds_nothing_private_and_may_die(made: tuple[Path, str], address: Address) -> None:
    folder, note = made
    config = small(folder / FOLDER, restart_limit=100)
    settings = Settings(console_uri="replica", data_dir=folder)
    live = Database(address)
    console = make_console(settings, live, None)

    async def asked(text: str) -> tuple[str, list[object]]:
        async with console.answer("test", Asked(Question(text)), ENCODERS["json"]()) as reply:
            rows = b"".join([piece async for piece in reply.delivery.pieces()])
            assert reply.source.made_at is not None
            return reply.source.name, [rows]

    with pytest.raises(Unavailable, match="db replica"):
        await asked("RETURN 1 AS one")
    with EmbeddedServer(config) as server:
        copy = Database(Address(server.uri, server.username, server.password))
        (left,) = await cypher(copy, _LEFT, labels=sorted(CLOSED_LABELS - {"Migration", "EmbeddingSpace"}), note=note)
        assert left == {"nodes": 0}
        types = await cypher(copy, "MATCH ()-[r]->() RETURN DISTINCT type(r) AS type")
        assert not {row["type"] for row in types} & CLOSED_TYPES
        await copy.close()
        # What is closed on the living graph is not there to be closed.
        source, _ = await asked("MATCH (n) RETURN labels(n) AS labels, count(*) AS nodes")
        assert source == "replica"
        with pytest.raises(Refused):
            await asked("CALL dbms.listConfig() YIELD name RETURN name")
        os.kill(server.pid, signal.SIGKILL)
        await _until_away(lambda: asked("RETURN 1 AS one"))
        async with asyncio.timeout(120):
            while True:
                try:
                    source, _ = await asked("RETURN 1 AS one")
                    break
                except Unavailable:
                    await asyncio.sleep(0.2)
        assert source == "replica"
        # The living graph was there all the time, and was asked only to keep the record.
        await live.ping()
    await console.close()
    fallback = make_console(settings.model_copy(update={"console_fallback": True}), live, None)
    async with fallback.answer("test", Asked(Question("RETURN 1 AS one")), ENCODERS["json"]()) as reply:
        assert reply.source.name == "live"
        assert [piece async for piece in reply.delivery.pieces()]
    with pytest.raises(Refused):
        async with fallback.answer("test", Asked(Question("MATCH (n) RETURN n")), ENCODERS["json"]()):
            pass
    await fallback.close()
    await live.close()
