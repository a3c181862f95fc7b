"""`learning`: an order of recommendations that is learned from feedback, shown to be better, and then served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from graph.database import Database
from graph.recommendation_outcomes import outcomes
from learning.models import FOLDER, Models
from learning.places import power
from learning.replay import Evaluation, replay
from learning.samples import Gathering, Samples
from learning.serving import ranker
from learning.training import train as trained
from settings import Settings, load_settings

commands = typer.Typer(help="Learn the order of recommendations from feedback.", no_args_is_help=True)
_LONG_S = 3600.0


class SurfaceName(StrEnum):
    """What is recommended."""

    PRODUCTS = "products"
    NOTES = "notes"


Surface = Annotated[SurfaceName, typer.Argument(help="What is recommended.")]
Days = Annotated[int, typer.Option(min=1, max=365, help="How many days back lists are taken.")]


@commands.command()
@speaking
def train(surface: Surface, data_dir: DataDir = None, days: Days = 30) -> None:
    """Train a model on what was taken up, and replay it on the latest lists; it does not serve yet."""
    settings = load_settings(data_dir=data_dir)
    with TerminalProgress() as progress:
        samples = _samples(settings, surface, days, progress)
        progress.step("Training")
        model = trained(samples)
        progress.done()
    models_of(settings, surface).keep(model)
    OUT.print(f"trained on {model.lists:,} lists, of which the latest {model.evaluation.lists:,} are replayed")
    _tell(model.evaluation)


@commands.command()
@speaking
def evaluate(surface: Surface, data_dir: DataDir = None, days: Days = 30) -> None:
    """Replay the model that was trained last on all lists later than those it learned from."""
    settings = load_settings(data_dir=data_dir)
    models = models_of(settings, surface)
    model = models.last()
    with TerminalProgress() as progress:
        samples = _samples(settings, surface, days, progress)
    later = samples.after(model.until)
    scores = ranker(model).of_columns(later.names, later.features)
    found = replay(later, scores, power=power(later))
    models.keep(model.judged(found))
    _tell(found)


@commands.command()
@speaking
def enable(surface: Surface, data_dir: DataDir = None) -> None:
    """Let the model that was trained last serve, if replay showed that it is better."""
    settings = load_settings(data_dir=data_dir)
    models_of(settings, surface).enable()
    OUT.print(f"the model of {surface.value} may serve")
    if not settings.learned_order:
        OUT.print("it serves where ZHONGCAO_LEARNED_ORDER is true")


@commands.command()
@speaking
def disable(surface: Surface, data_dir: DataDir = None) -> None:
    """Let no model serve."""
    served = models_of(load_settings(data_dir=data_dir), surface).disable()
    OUT.print(f"the model of {surface.value} serves no more" if served else f"no model of {surface.value} was enabled")


def models_of(settings: Settings, surface: SurfaceName) -> Models:
    """The models of the surface that the settings keep."""
    return Models(settings.data_dir / FOLDER, surface.value)


def _samples(settings: Settings, surface: SurfaceName, days: int, progress: TerminalProgress) -> Samples:
    gathering = Gathering()
    since = datetime.now(UTC) - timedelta(days=days)

    async def gather(database: Database) -> None:
        async for one in outcomes(database, surface=surface.value, since=since):
            gathering.add(one)
            progress.advance()

    with reached(settings, progress) as address:
        progress.step("Reading lists and what came of them", unit="lists")
        within(address, gather, timeout_s=_LONG_S)
        progress.done()
    return gathering.samples()


def _tell(found: Evaluation) -> None:
    OUT.print(
        f"NDCG {found.logged:.4f} as it was, {found.model:.4f} by the model: {found.difference:+.4f}, 95 % from "
        f"{found.low:+.4f} to {found.high:+.4f}, over {found.lists:,} lists of {found.people:,} people",
        highlight=False,
    )
    OUT.print("better: it may be enabled" if found.won else "not shown to be better: it cannot be enabled")
