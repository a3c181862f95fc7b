"""`ranking`: what `job influence` takes as the community grows, and what the lists of creators do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from bench.home import SECRET, Graph, access_tokens, ask, config_in, demo_graph, folder, service, within
from bench.measure import REPOSITORY, Endpoint, Unmeasurable, measured, middle
from bench.report import OUT, Figures, begun, rounded, table, write
from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_OF = "score band kind reasons authenticity user { handle displayName }"
_FOR = "edges { notes orders engagement closeness node { handle displayName } }"
LISTS = {
    "influencers": f"query Q($b: ID!) {{ brand(id: $b) {{ id }} influencers(first: 20) {{ nodes {{ {_OF} }} }} }}",
    "koc": f"query Q($b: ID!) {{ brand(id: $b) {{ id }} influencers(first: 20, kind: KOC) {{ nodes {{ {_OF} }} }} }}",
    "brand_pull": f"query Q($b: ID!) {{ brandInfluencers(brandId: $b, first: 20) {{ {_FOR} }} }}",
    "brand_closeness": "query Q($b: ID!) { brandInfluencers(brandId: $b, first: 20, orderBy: CLOSENESS) "
    f"{{ {_FOR} }} }}",
}
_SHOWN = ("p50_ms", "p95_ms", "server_cpu_ms", "db_cpu_ms")


def run_ranking(
    *, data_dir: Path | None, scales: Sequence[float], seconds: float, rounds: int, json_file: Path | None
) -> Figures:
    """The figures of each scale; keys such as `scale10_job_s`, `scale10_job_peak_mb` and `scale10_koc_p95_ms`."""
    figures = begun("ranking", seconds=seconds, rounds=rounds)
    jobs: list[tuple[object, ...]] = []
    lists: list[tuple[object, ...]] = []
    with folder(data_dir) as place:
        for scale in scales:
            with demo_graph(config_in(place / f"{scale:g}"), scale) as graph:
                for which in ("first", "job"):
                    took_s, peak_mb, said = _job(graph)
                    prefix = f"scale{scale:g}_{which}"
                    figures |= {f"{prefix}_s": rounded(took_s), f"{prefix}_peak_mb": rounded(peak_mb)}
                    jobs.append((f"{scale:g}", which, figures[f"{prefix}_s"], figures[f"{prefix}_peak_mb"], said))
                    write(figures, json_file)
                for name, found in _asked(graph, seconds, rounds):
                    figures |= {f"scale{scale:g}_{name}_{key}": value for key, value in found.items()}
                    lists.append((name, f"{scale:g}", *(found[metric] for metric in _SHOWN)))
                    write(figures, json_file)
    table("job influence, by demo scale; the first run begins history", ("scale", "run", "s", "peak MB", "said"), jobs)
    columns = ("list", "scale", "p50 ms", "p95 ms", "server cpu ms", "neo4j cpu ms")
    table(f"lists for brands' staff, one connection, medians of {rounds} × {seconds:g} s", columns, lists)
    return figures


def _job(graph: Graph) -> tuple[float, float, str]:
    """Seconds and peak megabytes of the command, as a person runs it, and what it said."""
    variables = {
        "NEO4J_URI": graph.address.uri,
        "NEO4J_USERNAME": graph.address.username,
        "NEO4J_PASSWORD": graph.address.password,
        "ZHONGCAO_SECRET_KEY": SECRET,
        "COLUMNS": "1000",
    }
    OUT.print("job influence", highlight=False)
    with TemporaryFile() as kept:
        begun_at = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "app.py", "job", "influence"],
            cwd=REPOSITORY,
            env={**os.environ, **variables},
            stdout=kept,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        took_s = time.monotonic() - begun_at
        process.returncode = os.waitstatus_to_exitcode(status)
        kept.seek(0)
        said = kept.read().decode(errors="replace").strip()
    if process.returncode:
        raise Unmeasurable(f"job influence ended with {process.returncode}: {said[-800:]}")
    return took_s, used.ru_maxrss / 1024, said.splitlines()[-1]


def _asked(graph: Graph, seconds: float, rounds: int) -> Iterator[tuple[str, Figures]]:
    pairs = within(graph.address, _viewers)
    tokens = access_tokens([user_id for user_id, _ in pairs])
    with service(graph.address) as (port, pid):
        endpoint = Endpoint("ours", port, pid, graph.server.pid)
        for name, query in LISTS.items():
            OUT.print(f"asking {name}", highlight=False)
            bodies = [json.dumps({"query": query, "variables": {"b": brand_id}}) for _, brand_id in pairs]
            ask(port, bodies[0], token=tokens[0])
            measured(endpoint, bodies, connections=1, seconds=seconds, tokens=tokens)
            runs = [measured(endpoint, bodies, connections=1, seconds=seconds, tokens=tokens) for _ in range(rounds)]
            yield name, {metric: rounded(middle(runs, metric)) for metric in _SHOWN}


async def _viewers(database: Database) -> list[tuple[str, str]]:
    """Somebody who works for each brand, and the brand."""
    return [(row["user_id"], row["brand_id"]) for row in await database.rows(STATEMENTS["ranking_viewers"])]
