"""`db replica`: a copy of the graph for the console, made beside the primary, kept running, made anew now and then."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from commands.home import DataDir, embedded_config, opened, within
from commands.restoring import fill
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.backup import bring_back, read_backup, write_export
from datasets.backup.manifest import Form
from datasets.importer import has_database, settle
from graph import embedded
from graph.console.replica import make_replica
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, EmbeddedServer, Progress, replacing
from graph.errors import Conflict
from graph.migrations import migrate
from settings import Settings, load_settings

FOLDER = "replica"
_LONG_S = 3_600.0


@speaking
def replica(
    backup: Annotated[
        Path | None, typer.Option("--from", exists=True, file_okay=False, help="A folder that `db backup` made.")
    ] = None,
    every: Annotated[float | None, typer.Option(min=1, help="Make it anew so often, in minutes.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Run the one that is there, if there is one.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Make it, and do not run it.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Keep a copy of the graph for the console, without what is private, until Ctrl-C.

    It is made of a backup, of a dump of the embedded database while that is stopped, or of an export while it runs (or
    of the database that NEO4J_URI names). A copy that dies is started again; the service never notices.
    """
    settings = load_settings(data_dir=data_dir)
    config = replica_config(settings)
    if not (keep and has_database(config)):
        _make(settings, config, backup)
    while not once:
        with EmbeddedServer(config) as server:
            OUT.print(f"replica  {server.uri} (user {server.username}); ZHONGCAO_CONSOLE_URI=replica", highlight=False)
            if not _waited(None if every is None else every * 60):
                return
        _make(settings, config, backup)


def replica_config(settings: Settings) -> EmbeddedConfig:
    """The replica's server: like the primary's, on a port and with a password of its own, restarted however often."""
    return replace(
        embedded_config(settings),
        data_dir=settings.data_dir / FOLDER,
        port=None,
        restart_limit=1_000_000,
        restart_window_s=60,
    )


def _waited(seconds: float | None) -> bool:
    """Whether so long passed without anybody asking to end; for ever where it is None."""
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        return not ended.wait(seconds)
    except KeyboardInterrupt:
        return False
    finally:
        signal.signal(signal.SIGTERM, before)


def _make(settings: Settings, config: EmbeddedConfig, backup: Path | None) -> None:
    """Makes the copy beside what is there and moves it in when it is whole; a kill leaves the old one or the new."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (
        TerminalProgress() as progress,
        _taken(settings, backup, progress) as (folder, kind, taken_at),
        replacing(config) as beside,
    ):
        fill(beside, folder, kind, progress)
        with EmbeddedServer(beside, progress) as server:
            address = Address(server.uri, server.username, server.password)
            forgotten = within(
                address, lambda database: _ready(database, folder, kind, taken_at, progress), timeout_s=_LONG_S
            )
    OUT.print(f"made of the graph of {taken_at:%Y-%m-%d %H:%M} UTC; {forgotten:,} private things taken out")


async def _ready(database: Database, folder: Path, kind: Form, taken_at: datetime, progress: Progress) -> int:
    await migrate(database, now=datetime.now(UTC))
    if kind == "export":
        await bring_back(database, folder, progress)
    progress.step("Taking out what is private")
    forgotten = await make_replica(database, taken_at=taken_at)
    progress.done()
    return forgotten


@contextmanager
def _taken(settings: Settings, backup: Path | None, progress: Progress) -> Iterator[tuple[Path, Form, datetime]]:
    """A folder with the graph as it was, in what form, and when; what was made for this is gone afterwards."""
    if backup is not None:
        found = read_backup(backup)
        yield backup, found.kind, found.created
        return
    taken_at = datetime.now(UTC)
    with TemporaryDirectory(prefix=".replica-", dir=settings.data_dir) as name:
        folder = Path(name)
        running = _running(settings, progress)
        if running is None:
            progress.step("Dumping the database")
            embedded.dump(embedded_config(settings), folder)
            progress.done()
            yield folder, "dump", taken_at
        else:
            within(
                running,
                lambda database: write_export(database, folder, now=taken_at, progress=progress),
                timeout_s=_LONG_S,
            )
            yield folder, "export", taken_at


def _running(settings: Settings, progress: Progress) -> Address | None:
    """The running database to export; None: the embedded one, which is stopped and can be dumped."""
    if settings.neo4j_uri is not None:
        with opened(settings, progress) as address:
            return address
    config = embedded_config(settings)
    if embedded.status(config.data_dir).running:
        info = embedded.shell_info(config.data_dir)
        return Address(info.uri, info.username, info.password())
    settle(config)
    if not has_database(config):
        raise Conflict(f"there is no database in {config.data_dir} to copy")
    # Starting it first recovers what a crash left.
    with opened(settings, progress):
        return None
