"""The measurements as commands: each starts what it needs, prints a table and writes flat keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.influence.networks import Model
from bench.influence.reading import Edges
from bench.measure import Unmeasurable
from bench.questions import QUESTIONS
from bench.report import OUT
from bench.writes import ACTS, run_writes
from commands.terminal import speaking

cli = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DataDir = Annotated[
    Path | None, typer.Argument(help="Folder for the database, kept and used again; none: a temporary one.")
]
Json = Annotated[Path | None, typer.Option("--json", help="File for the figures, as flat keys.")]
Scale = Annotated[float, typer.Option(min=0.01, max=100, help="Size of the demo community; 1 is 1,000 users.")]
Pages = Annotated[list[str] | None, typer.Option("--page", help=f"Pages to measure, of {', '.join(QUESTIONS)}.")]
Seconds = Annotated[float, typer.Option(min=0.2, help="Length of one counted run, in seconds.")]
Warmup = Annotated[float, typer.Option(min=0, help="Length of the uncounted run before, in seconds.")]
Rounds = Annotated[int, typer.Option(min=1, help="Counted runs of each.")]
Sets = Annotated[int, typer.Option(min=1, help="Sets of variables for each page.")]


def _pages(chosen: list[str] | None) -> tuple[str, ...]:
    unknown = set(chosen or ()) - set(QUESTIONS)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose of {', '.join(QUESTIONS)}")
    return tuple(name for name in QUESTIONS if not chosen or name in chosen)


@cli.callback()
def commands() -> None:
    """Measure Zhongcao: each command starts what it needs, prints a table and writes flat keys."""


@cli.command()
@speaking
def pages(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 10,
    page: Pages = None,
    connections: Annotated[list[int] | None, typer.Option(help="Connections at once; default 1 and 16.")] = None,
    seconds: Seconds = 5,
    warmup: Warmup = 6,
    rounds: Rounds = 3,
    sets: Sets = 500,
) -> None:
    """Requests a second, latencies and processor time of every page."""
    from bench.pages import run_pages

    run_pages(
        data_dir=data_dir,
        scale=scale,
        questions=_pages(page),
        connections=tuple(connections or (1, 16)),
        seconds=seconds,
        warmup_s=warmup,
        rounds=rounds,
        sets=sets,
        json_file=json_file,
    )


@cli.command()
@speaking
def peer(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 10,
    page: Pages = None,
    connections: Annotated[int, typer.Option(min=1, help="Connections at once.")] = 16,
    seconds: Seconds = 4,
    warmup: Warmup = 8,
    rounds: Rounds = 5,
    sets: Sets = 200,
) -> None:
    """The service beside the official Neo4j GraphQL Library: same database, same questions, alternating runs."""
    from bench.side_by_side import Sizes, run_peer

    sizes = Sizes(scale, connections, seconds, warmup, rounds, sets)
    run_peer(data_dir=data_dir, questions=_pages(page), sizes=sizes, json_file=json_file)


@cli.command()
@speaking
def start(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 1,
    warm_starts: Annotated[int, typer.Option(min=1, help="Later starts; the median counts.")] = 3,
    fetch: Annotated[bool, typer.Option("--fetch", help="Also a first start that fetches the jars.")] = False,
) -> None:
    """Seconds until the service answers, cold and warm; memory; seconds to stop."""
    from bench.start import run_start

    run_start(data_dir=data_dir, scale=scale, warm_starts=warm_starts, fetch=fetch, json_file=json_file)


@cli.command("import")
@speaking
def import_(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 10,
    online_scale: Annotated[float, typer.Option(min=0.01, max=100, help="Scale of the slower online path.")] = 1,
) -> None:
    """Nodes and relationships a second, offline and online, beside neo4j-admin by itself."""
    from bench.imports import run_import

    run_import(data_dir=data_dir, scale=scale, online_scale=online_scale, json_file=json_file)


@cli.command()
@speaking
def writes(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 1,
    act: Annotated[list[str] | None, typer.Option("--act", help=f"Acts to measure, of {', '.join(ACTS)}.")] = None,
    connections: Annotated[list[int] | None, typer.Option(help="Connections at once; default 1 and 16.")] = None,
    seconds: Seconds = 4,
    rounds: Rounds = 3,
) -> None:
    """Likes, follows, comments and orders a second, beside the bare statement through the driver."""
    unknown = set(act or ()) - set(ACTS)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose of {', '.join(ACTS)}")
    run_writes(
        data_dir=data_dir,
        scale=scale,
        acts=tuple(act or ACTS),
        connections=tuple(connections or (1, 16)),
        seconds=seconds,
        rounds=rounds,
        json_file=json_file,
    )


@cli.command()
@speaking
def kill(
    data_dir: DataDir = None,
    json_file: Json = None,
    kills: Annotated[int, typer.Option(min=1, help="SIGKILLs of Neo4j, and as many of the service.")] = 10,
    writers: Annotated[int, typer.Option(min=1, max=64, help="People who write at once.")] = 8,
    pause: Annotated[float, typer.Option(min=0.1, help="Mean time of writing between two kills, in seconds.")] = 3,
) -> None:
    """SIGKILL of Neo4j and of the service under a write load: what was acknowledged must be there, exactly once."""
    from bench.kill import run_kill

    run_kill(data_dir=data_dir, kills=kills, writers=writers, pause_s=pause, json_file=json_file)


@cli.command()
@speaking
def recommend(
    split: Annotated[Path, typer.Argument(help="Folder of a public split: train.txt.gz, test.txt.gz, social.txt.gz.")],
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder for the database, kept and used again; none: a temporary one.")
    ] = None,
    tune: Annotated[bool, typer.Option("--tune", help="Choose the law on a held-out part of training first.")] = False,
    json_file: Json = None,
    rankings: Annotated[Path | None, typer.Option(help="File for each person's 20 items.")] = None,
) -> None:
    """Recall@20 and NDCG@20 of the served recommendations on a public split, beside the published figures."""
    from bench.recommend import run_recommend

    run_recommend(split=split, data_dir=data_dir, tune=tune, json_file=json_file, rankings_file=rankings)


@cli.command()
@speaking
def discovery(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Annotated[
        list[float] | None, typer.Option(min=0.01, max=100, help="Demo scales, smallest first; default 1 and 10.")
    ] = None,
    connections: Annotated[list[int] | None, typer.Option(help="Connections at once; default 1 and 16.")] = None,
    seconds: Seconds = 4,
    rounds: Rounds = 3,
) -> None:
    """Time of jobs and of recommendations, feed and search, as the demo community grows."""
    from bench.discovery import run_discovery

    run_discovery(
        data_dir=data_dir,
        scales=tuple(scale or (1, 10)),
        connections=tuple(connections or (1, 16)),
        seconds=seconds,
        rounds=rounds,
        json_file=json_file,
    )


@cli.command()
@speaking
def ranking(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Annotated[
        list[float] | None, typer.Option(min=0.01, max=100, help="Demo scales, smallest first; default 1 and 10.")
    ] = None,
    seconds: Seconds = 4,
    rounds: Rounds = 3,
) -> None:
    """Time and memory of `job influence`, and latencies of lists of creators, as the demo community grows."""
    from bench.ranking import run_ranking

    run_ranking(data_dir=data_dir, scales=tuple(scale or (1, 10)), seconds=seconds, rounds=rounds, json_file=json_file)


@cli.command()
@speaking
def encoders(
    data_dir: DataDir = None,
    json_file: Json = None,
    scale: Scale = 1,
    sample: Annotated[int, typer.Option(min=10, help="Texts that each encodes.")] = 400,
) -> None:
    """The encoders that need no network, side by side."""
    from bench.encoders import run_encoders

    run_encoders(data_dir=data_dir, scale=scale, sample=sample, json_file=json_file)


@cli.command()
@speaking
def search(
    data_dir: DataDir = None,
    json_file: Json = None,
    encoder: Annotated[list[str] | None, typer.Option(help="Encoders to compare, of e5, bge; default both.")] = None,
    tune: Annotated[bool, typer.Option("--tune", help="Also what other weights give on the validation half.")] = False,
    seconds: Seconds = 4,
    rounds: Rounds = 3,
) -> None:
    """nDCG@10 of the judged queries: words alone, vectors alone, and both as served; what searches take."""
    from bench.search.running import run_search

    run_search(
        data_dir=data_dir,
        encoders=tuple(encoder or ("bge", "e5")),
        tune=tune,
        seconds=seconds,
        rounds=rounds,
        json_file=json_file,
    )


@cli.command()
@speaking
def influence(
    place: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Folder with a file of edges and a README, or the file itself.")
    ] = None,
    model: Annotated[Model, typer.Option(help="Weighted or independent cascade, or the file's column p.")] = Model.WC,
    probability: Annotated[float, typer.Option("--p", min=0, max=1, help="Of every edge, in the model ic.")] = 0.01,
    k: Annotated[int, typer.Option("--k", min=1, help="How many people are chosen.")] = 50,
    json_file: Json = None,
    edges: Annotated[
        Edges | None, typer.Option(help="What a line `a b` says; else the README, comments or header tell.")
    ] = None,
    synthetic: Annotated[
        int | None, typer.Option(min=20, help="In place of DIR: a made-up power-law graph with that many arcs.")
    ] = None,
    cascades: Annotated[int, typer.Option(min=2, help="Cascades that judge each choice.")] = 10_000,
    target: Annotated[float, typer.Option(min=0, max=1, help="The certificate that is enough.")] = 0.75,
    memory_mb: Annotated[int, typer.Option(min=1, help="Memory for samples.")] = 2_048,
    seed: Annotated[int, typer.Option(min=0, help="Of all chance: the same gives the same plan.")] = 1,
) -> None:
    """Reach of a seeding plan, beside those of PageRank and degree; its certificate, time and memory."""
    from bench.influence import Asked, run_influence

    if (place is None) == (synthetic is None):
        raise typer.BadParameter("give either a folder or --synthetic")
    asked = Asked(place, synthetic, edges, model, probability, k, cascades, target, memory_mb, seed)
    run_influence(asked, json_file)


@cli.command()
@speaking
def console(
    data_dir: DataDir = None,
    json_file: Json = None,
    rows: Annotated[int, typer.Option(min=1_000, help="Rows that are streamed.")] = 1_000_000,
    rounds: Rounds = 3,
    bombs: Annotated[int, typer.Option(min=0, help="Memory bombs of each graph, while people write; 0: none.")] = 4,
) -> None:
    """The console: hostile and legitimate questions, rows a second beside the bare driver, memory, memory bombs."""
    from bench.console.running import run_console

    run_console(data_dir=data_dir, rows=rows, rounds=rounds, bombs=bombs, json_file=json_file)


def main() -> None:
    """Runs the command; what cannot be measured is one message and exit status 1."""
    try:
        cli()
    except Unmeasurable as error:
        OUT.print(f"[bold red]✗[/] {error}", highlight=False, markup=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
