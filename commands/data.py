"""`demo`, `import`, `export` and `job`: what goes into the graph and comes out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from commands.home import DataDir, embedded_config, migrated, opened, reached, within
from commands.terminal import ERROR, OUT, TerminalProgress, speaking
from datasets.behaviour import Names
from datasets.demo import Demo, demo
from datasets.importer import Summary, has_database, import_offline, import_online, settle
from datasets.interchange import FileFormat, InterchangeFolder, export_graph, open_folder, validate
from datasets.lake import JOB as EXPORT
from datasets.lake import export_changes
from datasets.lake import told as told_of_export
from datasets.public import public_folder
from datasets.tables import Dataset
from embeddings.building import build_all
from embeddings.encoder import EncoderUnavailable
from embeddings.serving import Encoders
from graph.database import Address, Database
from graph.embedded import Progress
from graph.errors import Conflict
from graph.jobs import JOBS
from graph.jobs.influence import Run as Ranking
from graph.jobs.influence import influence, rank
from graph.jobs.similarity import Run, rebuild_similarity, run, similarity, update
from graph.jobs.tidy import tidy
from graph.jobs.trends import told, warm
from graph.overview import awaits, is_empty
from media.store import open_store
from media.sweep import sweep
from resolvers.services import make_heat_law, make_influence_law, make_kept, secret_of
from settings import Settings, SettingsError, load_settings

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


@speaking
def job(
    name: Annotated[str, typer.Argument(help="Name of the job; without one, the jobs are listed.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Run a batch job."""
    settings, progress = load_settings(data_dir=data_dir), TerminalProgress()
    showing = {
        **_heat(settings, progress),
        "embeddings": _embeddings(settings, progress),
        "influence": _influence(settings, progress),
        **_similarity(settings, progress),
    }
    showing |= {EXPORT: _export_parquet(settings, progress)}
    jobs = {**JOBS, "media-sweep": _media_sweep(settings), "tidy": _tidy(settings), **showing}
    if name not in jobs:
        for key, one in jobs.items():
            OUT.print(f"{key:18} {(one.__doc__ or '').splitlines()[0]}")
        raise typer.Exit(0 if not name else 2)
    with progress, reached(settings, progress) as address:
        if name not in showing:
            progress.step(f"Job {name}")
        outcome = within(address, jobs[name], timeout_s=_LONG_S)
        progress.done()
    OUT.print(outcome)


def _heat(settings: Settings, progress: TerminalProgress) -> dict[str, Callable[[Database], Awaitable[str]]]:
    """The jobs that know the law of heat, which the settings tell, and show their steps themselves."""
    law = make_heat_law(settings)

    async def trends(database: Database) -> str:
        """Weighs how popular things are that stirred since the last run, and tells of how many."""
        return told(await warm(database, law, now=datetime.now(UTC), progress=progress))

    async def rebuild_trends(database: Database) -> str:
        """Weighs how popular every note, product and topic is, and tells of how many."""
        return told(await warm(database, law, now=datetime.now(UTC), rebuild=True, progress=progress))

    return {"trends": trends, "rebuild-trends": rebuild_trends}


def _influence(settings: Settings, progress: Progress) -> Callable[[Database], Awaitable[str]]:
    """The job that knows the law of influence, which the settings tell."""
    law = make_influence_law(settings)

    async def ranked(database: Database) -> str:
        return await rank(Ranking(database, law, progress=progress))

    ranked.__doc__ = influence.__doc__
    return ranked


def _embeddings(settings: Settings, progress: Progress) -> Callable[[Database], Awaitable[str]]:
    """The job that knows the model, which the graph does not."""

    async def embeddings(database: Database) -> str:
        """Gives every text that lacks one a vector of the model set, changes over to it, and tells how many."""
        encoders = Encoders(database, settings)
        try:
            return await build_all(database, encoders, progress)
        except EncoderUnavailable as error:
            raise Conflict(str(error)) from error
        finally:
            await encoders.close()

    return embeddings


def _similarity(settings: Settings, progress: Progress) -> dict[str, Callable[[Database], Awaitable[str]]]:
    """The jobs that keep what they have computed in the data folder until they are through, and show their steps."""

    def job(database: Database) -> Run:
        return Run(database, folder=settings.data_dir / "similarity", progress=progress)

    async def alike(database: Database) -> str:
        return await update(job(database))

    async def alike_anew(database: Database) -> str:
        return await run(job(database))

    alike.__doc__, alike_anew.__doc__ = similarity.__doc__, rebuild_similarity.__doc__
    return {"similarity": alike, "rebuild-similarity": alike_anew}


def _export_parquet(settings: Settings, progress: Progress) -> Callable[[Database], Awaitable[str]]:
    """The job that knows the folder, which the settings name."""

    async def exported(database: Database) -> str:
        """Adds what changed to the folder for analysis that ZHONGCAO_EXPORT_FOLDER names, and tells how much."""
        folder = settings.export_folder
        if folder is None:
            raise SettingsError("ZHONGCAO_EXPORT_FOLDER: name a folder, or run `app.py export-parquet FOLDER`")
        names = Names(secret_of(settings), with_ids=False)
        return told_of_export(await export_changes(database, folder, names=names, progress=progress), folder)

    return exported


def _tidy(settings: Settings) -> Callable[[Database], Awaitable[str]]:
    """The job with how long the settings keep things."""

    async def tidied(database: Database) -> str:
        return await tidy(database, kept=make_kept(settings))

    tidied.__doc__ = tidy.__doc__
    return tidied


def _media_sweep(settings: Settings) -> Callable[[Database], Awaitable[str]]:
    """The job that knows the media store, which the graph does not."""

    async def media_sweep(database: Database) -> str:
        """Deletes stored files that no Media names and that are older than a day, and tells how many."""
        return await sweep(database, open_store(settings), now=datetime.now(UTC))

    return media_sweep
