"""Where the graph lives for a command: the embedded server, started for as long as needed, or one named by settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from datasets.importer import settle
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, NotRunning, Progress, embedded, shell_info
from graph.errors import CredentialsRefused, Unavailable
from graph.migrations import Migration, migrate
from settings import Settings, SettingsError

T = TypeVar("T")
DataDir = Annotated[Path | None, typer.Option(help="Folder of the embedded database and of uploads.")]
_EXTERNAL_TIMEOUT_S = 15.0


def embedded_config(settings: Settings) -> EmbeddedConfig:
    """The embedded server as the settings want it."""
    return EmbeddedConfig(
        data_dir=settings.data_dir / "neo4j",
        port=settings.bolt_port or None,
        heap_initial_mib=min(512, settings.heap_mb),
        heap_max_mib=settings.heap_mb,
        page_cache_mib=settings.page_cache_mb,
    )


@contextmanager
def opened(settings: Settings, progress: Progress) -> Iterator[Address]:
    """A database that answers, and a graph that is not half-imported; an embedded one stops at the end."""
    if settings.neo4j_uri is not None:
        yield _external(settings, settings.neo4j_uri, progress)
        return
    config = embedded_config(settings)
    settle(config)
    with embedded(config, progress) as server:
        yield Address(server.uri, server.username, server.password)


@contextmanager
def reached(settings: Settings, progress: Progress) -> Iterator[Address]:
    """As `opened`, but an embedded database that runs, under the service say, is used as it runs."""
    if settings.neo4j_uri is None:
        try:
            info = shell_info(embedded_config(settings).data_dir)
        except NotRunning:
            pass
        else:
            yield Address(info.uri, info.username, info.password())
            return
    with opened(settings, progress) as address:
        yield address


def _external(settings: Settings, uri: str, progress: Progress) -> Address:
    """The database that the settings name, once it answers. Raises SettingsError naming the setting at fault."""
    password = settings.neo4j_password.get_secret_value()
    address = Address(uri, settings.neo4j_username, password, settings.neo4j_database)
    progress.step(f"Connecting to {uri}")
    try:
        within(address, Database.ping, timeout_s=_EXTERNAL_TIMEOUT_S)
    except CredentialsRefused:
        raise SettingsError(f"NEO4J_USERNAME, NEO4J_PASSWORD: {uri} refuses them") from None
    except Unavailable:
        raise SettingsError(f"NEO4J_URI: nothing answers at {uri} within {_EXTERNAL_TIMEOUT_S:g} s") from None
    progress.done()
    return address


def within(address: Address, work: Callable[[Database], Awaitable[T]], *, timeout_s: float = 60.0) -> T:
    """What `work` returns, with a connection of its own."""

    async def run() -> T:
        database = Database(address, timeout_s=timeout_s)
        try:
            await database.wait_ready(timeout_s)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def migrated(address: Address, progress: Progress) -> list[Migration]:
    """Brings the schema of the graph up to date; what was applied."""
    progress.step("Checking the graph's constraints and indexes")
    applied = within(address, lambda database: migrate(database, now=datetime.now(UTC)))
    progress.done()
    return applied
