"""`demo`, `import` and `export`: what goes into the graph and comes out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from commands.home import DataDir, embedded_config, migrated, opened, within
from commands.terminal import ERROR, OUT, TerminalProgress, speaking
from datasets.demo import Demo, demo
from datasets.importer import Summary, has_database, import_offline, import_online, settle
from datasets.interchange import FileFormat, InterchangeFolder, export_graph, open_folder, validate
from datasets.public import public_folder
from datasets.tables import Dataset
from graph.database import Address
from graph.errors import Conflict
from graph.overview import awaits, is_empty
from settings import Settings, load_settings

_LONG_S = 600.0


@speaking
def load_demo(
    data_dir: DataDir = None,
    scale: Annotated[float, typer.Option(min=0.02, max=100, help="Size: 1 is about 1,000 people.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same community.")] = 20261101,
    labels: Annotated[
        Path | None, typer.Option(help="Also write who is fake, as a Parquet file; the graph never holds it.")
    ] = None,
) -> None:
    """Load the demo community into an empty graph."""
    made = demo(scale, seed)
    _load(load_settings(data_dir=data_dir), made, only_when_empty=True)
    if labels is not None:
        _write_labels(made, labels)
        OUT.print(f"labels written to {labels}")


@speaking
def import_data(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="An interchange folder, or a recommendation data set (train.txt.gz)."
        ),
    ],
    data_dir: DataDir = None,
    check: Annotated[bool, typer.Option("--check", help="Only check the files; nothing is written.")] = False,
) -> None:
    """Import a folder: checked whole before anything is written, and taken up again where it was interrupted."""
    is_interchange = (folder / "manifest.json").exists()
    found: Dataset | InterchangeFolder = open_folder(folder) if is_interchange else public_folder(folder)
    if check:
        with TerminalProgress() as progress:
            validate(found, progress)
        OUT.print("the files are in order")
        return
    _load(load_settings(data_dir=data_dir), found)


def _load(settings: Settings, dataset: Dataset | InterchangeFolder, *, only_when_empty: bool = False) -> None:
    config = embedded_config(settings)
    with TerminalProgress() as progress:
        if settings.neo4j_uri is None:
            settle(config)
        if settings.neo4j_uri is None and not has_database(config):
            summary = import_offline(dataset, config, progress)
            with opened(settings, progress) as address:
                migrated(address, progress)
        else:
            with opened(settings, progress) as address:
                migrated(address, progress)
                if only_when_empty and not within(address, lambda database: awaits(database, name=dataset.name)):
                    raise Conflict("the graph holds data already: the demo is for an empty one (see --data-dir)")
                summary = load_into(address, dataset, progress)
    OUT.print(str(summary), highlight=False)


def load_into(address: Address, dataset: Dataset | InterchangeFolder, progress: TerminalProgress) -> Summary:
    """Imports into a database that runs."""
    return within(address, lambda database: import_online(dataset, database, progress), timeout_s=_LONG_S)


def _write_labels(made: Demo, path: Path) -> None:
    tables = [pa.table({key: pa.array(values) for key, values in one.columns.items()}) for one in made.labels()]
    pq.write_table(pa.concat_tables(tables), path)


@speaking
def export_data(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new or empty folder.")],
    data_dir: DataDir = None,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Format of the files.")] = "parquet",
) -> None:
    """Export the graph in the interchange format."""
    settings = load_settings(data_dir=data_dir)
    with TerminalProgress() as progress, opened(settings, progress) as address:
        if within(address, is_empty):
            ERROR.print("the graph is empty: there is nothing to export")
            raise typer.Exit(1)
        manifest = within(
            address,
            lambda database: export_graph(
                database, folder, name="zhongcao", now=datetime.now(UTC), file_format=file_format, progress=progress
            ),
            timeout_s=_LONG_S,
        )
    OUT.print(f"{sum(one.rows for one in manifest.files):,} rows in {len(manifest.files)} files under {folder}")
