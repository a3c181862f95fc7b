"""`discovery`: what jobs and personal lists cost as the community grows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.home import SECRET, Graph, access_tokens, ask, config_in, demo_graph, folder, service, within
from bench.measure import REPOSITORY, Endpoint, Unmeasurable, measured, middle
from bench.report import OUT, Figures, begun, rounded, table, write
from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
JOBS = ("trends", "similarity")
QUESTIONS = {
    "recommended_products": "{ viewer { recommendedProducts(first: 20) "
    "{ recommendationId edges { score sources { source share } node { id name } } } } }",
    "recommended_notes": "{ viewer { recommendedNotes(first: 20) "
    "{ recommendationId edges { score sources { source share } node { id title author { handle } } } } } }",
    "feed_newest": "{ viewer { feed(first: 20) { edges { node { id title author { handle } } } } } }",
    "feed_ranked": "{ viewer { feed(first: 20, orderBy: RANKED) { edges { node { id title author { handle } } } } } }",
    "people_to_follow": "{ viewer { peopleToFollow(first: 20) { edges { node { id handle } } } } }",
    "search_notes": '{ searchNotes(query: "敏感肌 防晒", first: 20) { edges { score node { id title } } } }',
}
_SHOWN = ("p50_ms", "p95_ms", "rps", "server_cpu_ms", "db_cpu_ms")
_VIEWERS = 400


def run_discovery(
    *,
    data_dir: Path | None,
    scales: Sequence[float],
    connections: Sequence[int],
    seconds: float,
    rounds: int,
    json_file: Path | None,
) -> Figures:
    """The figures of each scale; keys such as `scale10_similarity_s` and `scale10_recommended_notes_c1_p95_ms`."""
    figures = begun("discovery", seconds=seconds, rounds=rounds)
    jobs: list[tuple[object, ...]] = []
    lists: list[tuple[object, ...]] = []
    with folder(data_dir) as place:
        for scale in scales:
            config = config_in(place / f"{scale:g}")
            with demo_graph(config, scale) as graph:
                for job in JOBS:
                    figures[f"scale{scale:g}_{job}_s"] = rounded(_job(graph, job))
                    jobs.append((job, f"{scale:g}", figures[f"scale{scale:g}_{job}_s"]))
                    write(figures, json_file)
                for name, many, found in _asked(graph, connections, seconds, rounds):
                    prefix = f"scale{scale:g}_{name}_c{many}"
                    figures |= {f"{prefix}_{key}": value for key, value in found.items()}
                    lists.append((name, f"{scale:g}", many, *(found[metric] for metric in _SHOWN)))
                    write(figures, json_file)
    table("jobs, by demo scale", ("job", "scale", "seconds"), jobs)
    columns = ("list", "scale", "connections", "p50 ms", "p95 ms", "req/s", "server cpu ms", "neo4j cpu ms")
    table(f"lists, by demo scale, medians of {rounds} × {seconds:g} s", columns, lists)
    return figures


def _job(graph: Graph, name: str) -> float:
    """Seconds that the command takes, as a person runs it."""
    OUT.print(f"job {name}", highlight=False)
    variables = {
        "NEO4J_URI": graph.address.uri,
        "NEO4J_USERNAME": graph.address.username,
        "NEO4J_PASSWORD": graph.address.password,
        "ZHONGCAO_SECRET_KEY": SECRET,
    }
    begun_at = time.monotonic()
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "app.py", "job", name],
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unmeasurable(f"job {name} ended with {done.returncode}: {(done.stdout + done.stderr)[-800:]}")
    return time.monotonic() - begun_at


def _asked(graph: Graph, connections: Sequence[int], seconds: float, rounds: int) -> Sequence[tuple[str, int, Figures]]:
    tokens = access_tokens(within(graph.address, _viewers))
    found: list[tuple[str, int, Figures]] = []
    with service(graph.address) as (port, pid):
        endpoint = Endpoint("ours", port, pid, graph.server.pid)
        for name, query in QUESTIONS.items():
            OUT.print(f"asking {name}", highlight=False)
            ask(port, json.dumps({"query": query}))
            bodies = [json.dumps({"query": query})] * len(tokens)
            measured(endpoint, bodies, connections=4, seconds=seconds, tokens=tokens)
            for many in connections:
                runs = [
                    measured(endpoint, bodies, connections=many, seconds=seconds, tokens=tokens) for _ in range(rounds)
                ]
                shown: Figures = {metric: rounded(middle(runs, metric)) for metric in _SHOWN}
                found.append((name, many, shown))
    return found


async def _viewers(database: Database) -> list[str]:
    """People who like something, of all parts of the community alike."""
    rows = await database.rows(STATEMENTS["discovery_viewers"], count=_VIEWERS)
    return [row["id"] for row in rows]
