"""`export-parquet`: the graph for analysis, as Parquet files that are added to run by run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.behaviour import Names
from datasets.lake import export_lake, last_run
from datasets.lake.export import ALWAYS
from graph.secret import load_secret
from settings import SettingsError, load_settings

_LONG_S = 3_600.0


@speaking
def export_parquet(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new folder, or one that this made.")],
    whole: Annotated[bool, typer.Option("--whole", help="All again, not only what changed.")] = False,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Name people in events by their ids instead of fingerprints.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Export what is open to data scientists: all, and in the same folder again what changed since the last time."""
    settings = load_settings(data_dir=data_dir)
    try:
        secret = load_secret(settings.secret_key.get_secret_value(), settings.data_dir)
    except (ValueError, OSError) as error:
        raise SettingsError(f"ZHONGCAO_SECRET_KEY: {error}") from None
    before = last_run(folder)
    since = ALWAYS if before is None or whole else before.until
    until = datetime.now(UTC).replace(microsecond=0)
    names = Names(secret, with_ids=with_ids)
    with TerminalProgress() as progress, reached(settings, progress) as address:
        run = within(
            address,
            lambda database: export_lake(database, folder, names=names, since=since, until=until, progress=progress),
            timeout_s=_LONG_S,
        )
    OUT.print(f"run {run.name}: {sum(run.rows.values()):,} rows of {len(run.rows)} kinds in {folder}", highlight=False)
