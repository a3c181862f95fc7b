"""What `db restore` does with a verified backup: into the embedded database, or into one that runs elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from commands.home import within
from datasets.backup import GRAPH, Backup, bring_back, put_back
from datasets.backup.manifest import Form
from datasets.importer import import_offline, import_online
from datasets.interchange import open_folder
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, Progress, embedded, load, replacing
from graph.errors import Conflict
from graph.migrations import Migration, migrate
from graph.overview import awaits, size

_LONG_S = 3600.0


def restore_embedded(
    backup: Backup, folder: Path, config: EmbeddedConfig, media: Path, progress: Progress
) -> list[Migration]:
    """The migrations applied to a database that now stands in the embedded one's place. Raises what went wrong.

    The present database stays until the new one has answered and holds what the backup says.
    """
    with replacing(config) as beside:
        # Uploads are named by their content: more of them harm neither the old database nor the new one.
        put_back(folder, backup.media_files(), media, progress)
        fill(beside, folder, backup.kind, progress)
        with embedded(beside, progress) as server:
            address = Address(server.uri, server.username, server.password)
            return within(address, lambda database: _prove(backup, folder, database, progress), timeout_s=_LONG_S)


def fill(config: EmbeddedConfig, folder: Path, kind: Form, progress: Progress) -> None:
    """Puts the graph of a backup's folder into an embedded database that has none and is stopped."""
    if kind == "dump":
        progress.step("Loading the dump")
        load(config, folder)
        progress.done()
    else:
        import_offline(open_folder(folder / GRAPH), config, progress)


def restore_running(backup: Backup, folder: Path, address: Address, media: Path, progress: Progress) -> list[Migration]:
    """The migrations applied to the database at `address`, which now holds the backup.

    Raises Conflict when it holds anything else than an interrupted restore of the same backup.
    """
    if backup.kind == "dump":
        raise Conflict(
            f"{folder} is a dump, which only Neo4j's own tools load into another server: "
            "`neo4j-admin database load neo4j --from-path=FOLDER`, while that server is stopped"
        )
    graph = open_folder(folder / GRAPH)

    async def work(database: Database) -> list[Migration]:
        if (await size(database)).nodes and not await awaits(database, name=graph.name):
            raise Conflict(f"the database at {address.uri} is not empty: restore into an empty one")
        progress.step("Checking the graph's constraints and indexes")
        applied = await migrate(database, now=datetime.now(UTC))
        progress.done()
        await import_online(graph, database, progress)
        return applied + await _prove(backup, folder, database, progress)

    applied = within(address, work, timeout_s=_LONG_S)
    put_back(folder, backup.media_files(), media, progress)
    return applied


async def _prove(backup: Backup, folder: Path, database: Database, progress: Progress) -> list[Migration]:
    """The migrations that were missing, once the database holds what the backup says. Raises Conflict otherwise."""
    if backup.kind == "dump":
        await _compare(backup, database)  # as it was, before anything is added
    progress.step("Checking the graph's constraints and indexes")
    applied = await migrate(database, now=datetime.now(UTC))
    progress.done()
    if backup.kind == "export":
        await bring_back(database, folder, progress)
        await _compare(backup, database)
    return applied


async def _compare(backup: Backup, database: Database) -> None:
    found = await size(database)
    if found != backup.facts.size:
        raise Conflict(
            f"the restored graph holds {found}, the backup says {backup.facts.size}: it was not put in place"
        )
