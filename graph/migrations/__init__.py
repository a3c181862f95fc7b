"""Versioned changes of the database's schema, each a file of Cypher commands, recorded in the graph."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.database import Database
from graph.errors import Conflict
from graph.statements import load

_HERE = Path(__file__).parent
_STATEMENTS = load(_HERE / "migrations.cypher")
_APPLIED = _STATEMENTS["applied_migrations"]
_RECORD = _STATEMENTS["record_migration"]
_FILE = re.compile(r"(\d{4})_(\w+)\.cypher")
_RECORD_KEY = "CREATE CONSTRAINT migration_version IF NOT EXISTS FOR (n:Migration) REQUIRE n.version IS UNIQUE"
_INDEXES_TIMEOUT_S = 600
_OTHERS_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, what it is about, its commands and their SHA-256."""

    version: int
    name: str
    commands: tuple[str, ...]
    checksum: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A migration that a graph records: its number, name and the checksum that its file had."""

    version: int
    name: str
    checksum: str


def all_migrations() -> list[Migration]:
    """The migrations of this version of the service, in order."""
    found = []
    for path in sorted(_HERE.glob("[0-9]*.cypher")):
        match = _FILE.fullmatch(path.name)
        assert match, path.name
        text = path.read_text(encoding="utf-8")
        bare = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        commands = tuple(command.strip() for command in bare.split(";\n") if command.strip())
        checksum = hashlib.sha256("\n".join(commands).encode()).hexdigest()
        found.append(Migration(int(match[1]), match[2], commands, checksum))
    return found


async def applied_migrations(database: Database) -> list[Applied]:
    """The migrations that the graph records, in order."""
    return [Applied(row["version"], row["name"], row["checksum"]) for row in await database.rows(_APPLIED)]


async def pending(database: Database) -> list[Migration]:
    """The migrations that the graph does not record yet.

    Raises Conflict when a recorded one differs from its file, or the graph knows one that this version does not.
    """
    return missing_from(await applied_migrations(database))


def missing_from(applied: Iterable[Applied]) -> list[Migration]:
    """The migrations of this version that are not among the applied ones. Raises Conflict as `pending` does."""
    known = {one.version: one for one in all_migrations()}
    done = {one.version: one.checksum for one in applied}
    for version, checksum in done.items():
        if version not in known:
            raise Conflict(f"the graph has migration {version}, which is newer than this version of the service")
        if known[version].checksum != checksum:
            raise Conflict(f"migration {version} was changed after it was applied; add a new one instead")
    return [one for one in known.values() if one.version not in done]


async def migrate(database: Database, *, now: datetime) -> list[Migration]:
    """Applies what is pending and returns it, once all indexes are online.

    Every command is idempotent, so several processes may do this at the same time and a kill half-way is made good
    by the next call. Raises Conflict as `pending` does.
    """
    applied = await pending(database)
    if applied:
        await change_schema(database, _RECORD_KEY)
    for migration in applied:
        for command in migration.commands:
            await change_schema(database, command)
        await database.row(
            _RECORD, version=migration.version, name=migration.name, checksum=migration.checksum, now=now
        )
    if applied:
        await database.command(f"CALL db.awaitIndexes({_INDEXES_TIMEOUT_S})", timeout_s=_INDEXES_TIMEOUT_S)
    return applied


async def change_schema(database: Database, command: str) -> None:
    """Runs an idempotent command that makes or drops an index or constraint, whoever else runs it at the moment."""
    # Of two processes at the same moment one is told that the name exists while the other still makes it: only a
    # repetition without that answer says that the constraint holds.
    for left in reversed(range(_OTHERS_TIMEOUT_S * 5)):
        try:
            await database.command(command, timeout_s=_INDEXES_TIMEOUT_S)
            return
        except Conflict as error:
            if not left:
                raise Conflict(f"{error.message}; asked for: {command}") from error
        await asyncio.sleep(0.2)
