"""`db`: the embedded database by itself."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from commands.home import DataDir, embedded_config
from commands.on_demand import on_demand
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.importer import settle
from graph import embedded
from graph.embedded import ServerStatus
from settings import load_settings

_COMMANDS = {
    "backup": "commands.backup:backup",
    "restore": "commands.backup:restore",
    "replica": "commands.replica:replica",
    "start": "commands.database:start",
    "stop": "commands.database:stop",
    "status": "commands.database:status",
    "shell-info": "commands.database:shell_info",
}
commands = typer.Typer(
    cls=on_demand(_COMMANDS),
    help="The embedded database by itself; backups; a copy for analysis.",
    no_args_is_help=True,
)


@speaking
def start(data_dir: DataDir = None) -> None:
    """Start the embedded database and leave it running until `db stop`."""
    config = embedded_config(load_settings(data_dir=data_dir))
    settle(config)
    with TerminalProgress() as progress:
        found = embedded.start_detached(config, progress)
    _show(found)


@speaking
def stop(data_dir: DataDir = None) -> None:
    """Stop the database that `db start` left running."""
    config = embedded_config(load_settings(data_dir=data_dir))
    OUT.print("stopped" if embedded.stop(config.data_dir) else "no database was running")


@speaking
def status(data_dir: DataDir = None) -> None:
    """Tell whether the embedded database runs, since when and for whom."""
    _show(embedded.status(embedded_config(load_settings(data_dir=data_dir)).data_dir))


@speaking
def shell_info(
    data_dir: DataDir = None,
    password: Annotated[bool, typer.Option("--password", help="Print the password itself.")] = False,
) -> None:
    """Tell how a Cypher shell or a driver connects."""
    info = embedded.shell_info(embedded_config(load_settings(data_dir=data_dir)).data_dir)
    OUT.print(f"uri       {info.uri}\nusername  {info.username}", highlight=False)
    OUT.print(f"password  {info.password() if password else f'in {info.password_file}'}", highlight=False)


def _show(found: ServerStatus) -> None:
    table = Table(show_header=False, box=None)
    rows = {
        "state": "running" if found.running else "stopped",
        "address": found.uri,
        "process": found.pid,
        "since": found.started_at,
        "runs": ("by itself, until `db stop`" if found.detached else f"for {found.holder}") if found.running else None,
        "memory": None if found.memory_mib is None else f"{found.memory_mib} MiB",
        "version": found.version,
    }
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, str(value))
    OUT.print(table)
