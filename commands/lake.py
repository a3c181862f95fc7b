"""`export-parquet`: the graph for analysis, as Parquet files that are added to run by run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.behaviour import Names
from datasets.lake import export_and_merge
from resolvers.services import secret_of
from settings import load_settings

_LONG_S = 3_600.0


@speaking
def export_parquet(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new folder, or one that this made.")],
    whole: Annotated[bool, typer.Option("--whole", help="All again, not only what changed.")] = False,
    merge: Annotated[
        bool, typer.Option("--merge", help="Then merge all runs in the folder into one, with the newest of each row.")
    ] = False,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Name people in events by their ids instead of fingerprints.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Export what is open to data scientists: all, and in the same folder again what changed since the last time."""
    settings = load_settings(data_dir=data_dir)
    names = Names(secret_of(settings), with_ids=with_ids)
    with TerminalProgress() as progress, reached(settings, progress) as address:
        sentence = within(
            address,
            lambda database: export_and_merge(
                database, folder, names=names, merge_from=2 if merge else 0, whole=whole, progress=progress
            ),
            timeout_s=_LONG_S,
        )
    OUT.print(sentence, highlight=False)
