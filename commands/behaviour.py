"""`behaviour export`: what people did, for those who learn from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from datasets.behaviour import Names, export_behaviour
from graph.errors import Invalid
from resolvers.services import secret_of
from settings import load_settings

commands = typer.Typer(help="What people looked at and did.", no_args_is_help=True)
_LONG_S = 3600.0
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


@commands.command(name="export")
@speaking
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new folder; it appears when it is whole.")],
    data_dir: DataDir = None,
    since: Annotated[
        str | None, typer.Option(help="From this moment or UTC day on, such as 2026-11-01.", metavar="TIME")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Before this moment or UTC day.", metavar="TIME")] = None,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Name people by their ids instead of fingerprints.")
    ] = False,
) -> None:
    """Export all feedback events, likes, keeps, follows, purchases and reviews as Parquet.

    Feedback of those alone who let it be kept. While the service runs, its database is read as it is.
    """
    settings = load_settings(data_dir=data_dir)
    now = datetime.now(UTC)
    begin, end = _moment("since", since, _ALWAYS), _moment("until", until, now)
    names = Names(secret_of(settings), with_ids=with_ids)
    with TerminalProgress() as progress, reached(settings, progress) as address:
        found = within(
            address,
            lambda database: export_behaviour(
                database, folder, names=names, since=begin, until=end, now=now, progress=progress
            ),
            timeout_s=_LONG_S,
        )
    OUT.print(f"{found.events:,} events of up to {found.people:,} people in {found.files} files under {folder}")


def _moment(name: str, text: str | None, otherwise: datetime) -> datetime:
    """The moment that the text names; a day or a time without a zone is UTC. Raises Invalid for any other text."""
    if text is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"--{name}: pass a day or a moment, such as 2026-11-01 or 2026-11-01T08:00:00Z") from None
