"""The commands and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.home import DataDir, migrated, opened, within
from commands.on_demand import on_demand
from commands.terminal import OUT, TerminalProgress, speaking
from graph.migrations import pending
from settings import load_settings

_COMMANDS = {
    "serve": "commands.root:serve",
    "migrate": "commands.root:migrate",
    "schema": "commands.root:schema",
    "create-user": "commands.accounts:create_user",
    "demo": "commands.data:load_demo",
    "import": "commands.data:import_data",
    "export": "commands.data:export_data",
    "job": "commands.jobs:job",
    "check": "commands.check:check_graph",
    "cypher": "commands.console:cypher",
    "export-parquet": "commands.lake:export_parquet",
    "db": "commands.database:commands",
    "behaviour": "commands.behaviour:commands",
    "learning": "commands.learning:commands",
}

cli = typer.Typer(
    cls=on_demand(_COMMANDS),
    help="种草 Zhongcao: a social commerce service whose heart is a graph. Without a command: serve.",
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Workers = Annotated[int | None, typer.Option(help="Server processes.")]
Demo = Annotated[bool | None, typer.Option(help="Load the demo community into an empty graph.")]


@cli.callback()
def default(
    context: typer.Context,
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    demo: Demo = None,
) -> None:
    """Serves when no command is named."""
    if context.invoked_subcommand is None:
        serve(data_dir, host, port, workers, demo)
    elif any(one is not None for one in (data_dir, host, port, workers, demo)):
        raise typer.BadParameter(f"put options behind the command: app.py {context.invoked_subcommand} …")


@speaking
def serve(
    data_dir: DataDir = None, host: Host = None, port: Port = None, workers: Workers = None, demo: Demo = None
) -> None:
    """Run the service: fetch and start Neo4j where none is named, make the schema, load the demo, answer."""
    from commands.serve import serve as run_service  # the server's own packages, which other commands save

    run_service(load_settings(data_dir=data_dir, host=host, port=port, workers=workers, demo=demo))


@speaking
def migrate(
    data_dir: DataDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be applied.")] = False,
) -> None:
    """Bring the graph's constraints and indexes up to date."""
    settings = load_settings(data_dir=data_dir)
    with TerminalProgress() as progress, opened(settings, progress) as address:
        found = within(address, pending) if dry_run else migrated(address, progress)
    for migration in found:
        OUT.print(f"{'would apply' if dry_run else 'applied'} {migration.version:04} {migration.name}")
    if not found:
        OUT.print("the graph is up to date")


def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.api import SCHEMA  # building the schema takes a moment that other commands save

    typer.echo(SCHEMA.as_str())
