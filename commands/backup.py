"""`db backup` and `db restore`: a whole database in a folder, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.home import DataDir, embedded_config, opened, within
from commands.restoring import restore_embedded, restore_running
from commands.terminal import ERROR, OUT, TerminalProgress, speaking
from datasets.backup import (
    GRAPH,
    Backup,
    Facts,
    copy_media,
    new_folder,
    read_backup,
    read_facts,
    service_version,
    summed,
    verify,
    write_backup,
    write_export,
)
from datasets.backup.manifest import Form
from datasets.importer import has_database, settle
from datasets.interchange import InvalidDataset, open_folder, validate
from graph import embedded
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig
from graph.embedded.state import held_idle, read_record
from graph.errors import Conflict
from settings import Settings, load_settings

_LONG_S = 3600.0
_KEEP = (
    "keep elsewhere, and needed with it: the secret (secret.key in the data directory, or ZHONGCAO_SECRET_KEY), "
    "which opens sealed e-mail addresses and passwords; the backup does not hold it"
)
_NEEDED = "needed beside it: the secret (secret.key or ZHONGCAO_SECRET_KEY) of the service that was backed up"


@speaking
def backup(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new folder; it appears when the backup is whole.")],
    data_dir: DataDir = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="While the embedded database runs: export it, instead of refusing."),
    ] = False,
) -> None:
    """Back up the database and the uploaded media into a folder.

    The embedded database, stopped: a dump, which keeps everything. Running, with --online, or another Neo4j that
    NEO4J_URI names: an export of all that the graph model knows, which is no snapshot while writes go on.
    """
    settings = load_settings(data_dir=data_dir)
    with TerminalProgress() as progress, new_folder(folder) as part:
        running = _running(settings, progress, online=online)
        now = datetime.now(UTC)
        if running is None:
            kind: Form = "dump"
            facts = _dump(settings, part, progress)
        else:
            kind = "export"
            facts = _export(running, part, now, progress)
        files = summed(part, (path for path in part.rglob("*") if path.is_file()), progress)
        stored_here = not settings.media_store
        media = copy_media(settings.data_dir / "media", part / "media", part, progress) if stored_here else ()
        made = Backup(kind, now, service_version(), facts, len(media) if stored_here else None, (*files, *media))
        write_backup(made, part)
    _tell(made, folder)
    if kind == "export":
        _try_import(folder)
    if not stored_here:
        OUT.print(f"uploaded media stay in {settings.media_store}: back that up by its own means", highlight=False)


def _running(settings: Settings, progress: TerminalProgress, *, online: bool) -> Address | None:
    """The running database to export; None: the embedded one, which is stopped and can be dumped."""
    if settings.neo4j_uri is not None:
        with opened(settings, progress) as address:
            return address
    config = embedded_config(settings)
    settle(config)
    if not has_database(config):
        raise Conflict(f"there is no database in {config.data_dir} to back up")
    found = embedded.status(config.data_dir)
    if not found.running:
        return None
    if not online:
        whose = "by itself, until `db stop`" if found.detached else f"for process {found.holder}"
        raise Conflict(
            f"the database in {config.data_dir} runs (process {found.pid}, since {found.started_at}, {whose}): "
            "stop it for a dump, or pass --online for an export"
        )
    info = embedded.shell_info(config.data_dir)
    return Address(info.uri, info.username, info.password())


def _dump(settings: Settings, part: Path, progress: TerminalProgress) -> Facts:
    """What the database said of itself, and its dump. Starting it first also recovers what a crash left."""
    config = embedded_config(settings)
    with opened(settings, progress) as address:
        facts = within(address, read_facts)
    started = _last_start(config)
    progress.step("Dumping the database")
    embedded.dump(config, part, progress=None)
    progress.done()
    if _last_start(config) != started:
        raise Conflict("another process used the database meanwhile: begin the backup again")
    return facts


def _last_start(config: EmbeddedConfig) -> str | None:
    record = read_record(config.layout())
    return None if record is None else record.started_at


def _export(address: Address, part: Path, now: datetime, progress: TerminalProgress) -> Facts:
    async def work(database: Database) -> Facts:
        said = await read_facts(database)
        held = await write_export(database, part, now=now, progress=progress)
        return Facts(said.neo4j, said.migrations, held)

    return within(address, work, timeout_s=_LONG_S)


def _tell(made: Backup, folder: Path) -> None:
    total = sum(one.bytes for one in made.files)
    media = "" if made.media is None else f", {made.media:,} media files"
    OUT.print(f"{made.kind} of {made.facts.size}{media}: {total / 1e6:,.1f} MB in {folder}", highlight=False)
    if made.kind == "export":
        OUT.print("an export is read batch by batch: what was written meanwhile may be in it or not")
    OUT.print(_KEEP, highlight=False)


def _try_import(folder: Path) -> None:
    """Checks an export as its restore will. Exit status 1 when the graph holds what no import takes."""
    try:
        with TerminalProgress() as progress:
            validate(open_folder(folder / GRAPH), progress)
    except InvalidDataset as error:
        ERROR.print(f"[bold red]✗[/] {folder} is there, but cannot be restored as it is: {error}", highlight=False)
        ERROR.print("`check` tells what of the graph is to be mended; then make another backup")
        raise typer.Exit(1) from None


@speaking
def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A folder that `db backup` made.")],
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the database that is there.")] = False,
) -> None:
    """Bring back a backup: verified first, tried beside the present database, and only then put in its place.

    A process killed at any moment leaves the old database or the new one. With NEO4J_URI, an export is imported into
    that database, which must be empty.
    """
    settings = load_settings(data_dir=data_dir)
    found = read_backup(folder)
    with TerminalProgress() as progress:
        if settings.neo4j_uri is None:
            config = embedded_config(settings)
            settle(config)
            with held_idle(config.layout()):  # whoever uses it is told of before the work of verifying
                replaced = has_database(config)
            if replaced and not yes:
                raise Conflict(f"{config.data_dir} holds a database: --yes replaces it by the backup")
            verify(folder, found.files, progress)
            applied = restore_embedded(found, folder, config, settings.data_dir / "media", progress)
        else:
            replaced = False
            verify(folder, found.files, progress)
            with opened(settings, progress) as address:
                applied = restore_running(found, folder, address, settings.data_dir / "media", progress)
    OUT.print(
        f"restored the {found.kind} of {found.created:%Y-%m-%d %H:%M:%S} UTC: {found.facts.size}"
        f"{', in place of the database that was there' if replaced else ''}",
        highlight=False,
    )
    known = {one.version for one in found.facts.migrations}
    for migration in (one for one in applied if one.version not in known):
        OUT.print(f"applied {migration.version:04} {migration.name}")
    if found.media is None:
        OUT.print("no uploaded media: they were in an object store, where they must still be")
    elif found.media and settings.media_store:
        OUT.print(f"the uploaded media are in {settings.data_dir / 'media'}: copy them to {settings.media_store}")
    OUT.print(_NEEDED, highlight=False)
