"""`job`: the batch jobs, run by hand or by the service in a process of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.behaviour import Names
from datasets.lake import JOB as EXPORT
from datasets.lake import export_and_merge
from embeddings.building import build_all
from embeddings.encoder import EncoderUnavailable
from embeddings.serving import Encoders
from graph.database import Database
from graph.embedded import Progress
from graph.errors import Conflict
from graph.jobs.influence import Run as Ranking
from graph.jobs.influence import influence, rank
from graph.jobs.named import JOBS
from graph.jobs.similarity import Run, rebuild_similarity, run, similarity, update
from graph.jobs.tidy import tidy
from graph.jobs.trends import told, warm
from media.store import open_store
from media.sweep import sweep
from resolvers.services import make_audience_law, make_heat_law, make_influence_law, make_kept, secret_of
from settings import Settings, SettingsError, load_settings

_LONG_S = 600.0


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
    """The job that knows the laws of influence and audiences, which the settings tell."""
    law, audience = make_influence_law(settings), make_audience_law(settings)

    async def ranked(database: Database) -> str:
        return await rank(Ranking(database, law, progress=progress, audience=audience))

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
        return await export_and_merge(
            database, folder, names=names, merge_from=settings.export_merge_from, progress=progress
        )

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
